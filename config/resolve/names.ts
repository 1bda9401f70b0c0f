import type { ServiceInput } from "../schema/service";

type Names = Pick<ServiceInput, "domain" | "aliases" | "previous">;

/**
 * Whether a name that a service had before is still answered: its date has not come.
 * @param now without a clock every one is
 */
export function isAnswered({ until }: { until: string }, now: Date | undefined): boolean {
  return now === undefined || now.getTime() < Date.parse(until);
}

/** Every name that a service's configuration gives, with those of which the date has come; sorted, each once. */
export function givenNames({ domain, aliases, previous }: Names): string[] {
  return [...new Set([domain, ...aliases, ...previous.map(({ name }) => name)])].sort();
}

/** Every name under which a service is answered at a time; sorted, each once. */
export function answeredNames(service: Names, now: Date | undefined): string[] {
  return givenNames({ ...service, previous: service.previous.filter((each) => isAnswered(each, now)) });
}
