import { domainProblem, isPrivateName } from "../domain-name";
import { quote, type Problem } from "../errors";
import { didYouMean } from "../nearest";
import { entryOf } from "../resolve/certificates";
import { givenNames, isAnswered } from "../resolve/names";
import { pathPrefixes } from "../resolve/placement";
import type { ServiceInput } from "../schema/service";
import type { Check } from "./check";

/** Names are DNS names, private ones where the product must be; certificates are for names in use. */
export const checkDomains: Check = ({ draft, profile }) => {
  const services = Object.entries(draft.services ?? {});
  const problems = services.flatMap(([service, given]) =>
    namesOf(service, given).flatMap(({ path, name }): Problem[] => {
      const at = { path, value: quote(name) };
      const wrong = domainProblem(name);
      if (wrong) return [{ ...at, ...wrong }];
      if (!profile?.localOnly || isPrivateName(name)) return [];
      return [
        {
          ...at,
          reason: `${profile.title} is for trying out and refuses public names`,
          remedy: "use a name under .localhost, .test or .internal",
        },
      ];
    }),
  );
  // Those of which the date has come as well: that it comes must not make a configuration wrong.
  const used = services.flatMap(([, service]) => givenNames(service));
  const given = draft.certificates?.domains ?? {};
  const entries = used.map((name) => entryOf(given, name));
  const unused = Object.keys(given)
    .filter((domain) => draft.services && !entries.includes(domain))
    .map((domain) => ({
      path: `certificates.domains.${domain}`,
      reason: "no service uses this domain",
      remedy: didYouMean(domain, [...new Set(used)]),
    }));
  return [...problems, ...unused];
};

/** A name that a service's configuration gives, and where. */
interface Named {
  service: string;
  kind: "domain" | "alias" | "previous";
  path: string;
  name: string;
  /** Of a previous name. */
  before?: ServiceInput["previous"][0];
}

function namesOf(service: string, { domain, aliases, previous }: ServiceInput): Named[] {
  const at = `services.${service}`;
  return [
    { service, kind: "domain", path: `${at}.domain`, name: domain },
    ...aliases.map((name, index): Named => ({
      service,
      kind: "alias",
      path: `${at}.aliases.${index}`,
      name,
    })),
    ...previous.map((before, index): Named => {
      return { service, kind: "previous", path: `${at}.previous.${index}.name`, name: before.name, before };
    }),
  ];
}

/** Under one name no path is given twice: else two routes would be the same. */
export const checkPathPrefixes: Check = ({ draft, profile, context }) => {
  const services = draft.services ?? {};
  const prefixes = pathPrefixes(services, (name) =>
    profile && Object.hasOwn(profile.services, name) ? profile.services[name]!.defaultPathPrefix : undefined,
  );
  const all = Object.entries(services).flatMap(([service, given]) =>
    namesOf(service, given)
      .filter(({ before }) => before === undefined || isAnswered(before, context.now))
      .map((named): Place => ({ ...named, prefix: named.before?.pathPrefix ?? prefixes[service]! })),
  );
  // What is served now has the right to a name.
  const ranked = (["domain", "alias", "previous"] as const).flatMap((kind) =>
    all.filter((each) => each.kind === kind),
  );
  return ranked.flatMap((place, index) => {
    const twin = ranked
      .slice(0, index)
      .find(({ name, prefix }) => name === place.name && prefix === place.prefix);
    return twin === undefined ? [] : [collision(place, twin)];
  });
};

type Place = Named & { prefix: string };

function collision({ service, kind, path, name, prefix }: Place, twin: Place): Problem {
  if (kind === "domain") {
    return {
      path: `services.${service}.pathPrefix`,
      value: quote(prefix),
      reason: `${twin.service} has the same path on the same domain ${name}`,
      remedy: "give one of the two another pathPrefix, e.g. /admin, or another domain",
    };
  }
  const at = { path, value: quote(name) };
  if (kind === "alias") {
    return {
      ...at,
      reason: `is a name of ${twin.service} already, with the same path ${prefix}`,
      remedy: "leave it out, or give one of the two services another pathPrefix",
    };
  }
  return {
    ...at,
    reason:
      twin.kind === "previous"
        ? `is a previous name of ${twin.service} already, with the same path ${prefix}`
        : `${twin.service} is served under this name now, with the same path ${prefix}`,
    remedy: "leave it out, or give the pathPrefix that the service had under this name",
  };
}
