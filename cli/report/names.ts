import { contentHash } from "../../components/canonical";
import type { AddressTask } from "../../config/profiles/profile";
import { answeredOf, previousOf, texts } from "../../policies/gate/domains";
import type { Update } from "../../policies/gate/update";
import { isObject, type Values } from "../../policies/gate/values";

/** What the configuration says that an update of names leaves to people. */
export interface NameFacts {
  /** The product's own. */
  addressTasks: AddressTask[];
  /** Who keeps the DNS records: the stack, or names need none; people, at whose records `up` looks; people alone. */
  records: "stack" | "checked" | "people";
}

/** Something that only people can do, because of an update. */
export interface Task {
  /** Names the task with all that it is about: the same task of another change has another one. */
  id: string;
  /** Whether it must be done before the update, or can only be done after it. */
  when: "before" | "after";
  /** A sentence. */
  text: string;
}

/**
 * What an update does to the names under which services are reached, as sentences, and what people must do about it.
 * A stack that is not there yet has no names that change.
 */
export function namesOn(
  { outputs: { before, after } }: Pick<Update, "outputs">,
  { addressTasks, records }: NameFacts,
): { names: string[]; tasks: Task[]; records: string[] } {
  const old = urlsOf(before);
  const wanted = after === undefined ? [] : recordsOn(before, after);
  if (after === undefined || Object.keys(old).length === 0) return { names: [], tasks: [], records: wanted };
  const moved = Object.entries(urlsOf(after)).flatMap(([service, to]) => {
    const from = old[service];
    return from === undefined || from === to ? [] : [{ service, from, to }];
  });
  const [gone, fresh] = [left(before, after), left(after, before)];
  const dates = new Map(previousOf(after).map(({ name, until }) => [name, until]));
  const ended = new Map(previousOf(before).map(({ name, until }) => [name, until]));
  return {
    names: [
      ...moved.map(({ service, from, to }) => `${service} moves from ${from} to ${to}`),
      ...[...dates]
        .filter(([name]) => !ended.has(name))
        .map(([name, until]) => `${name} is answered until ${until}`),
      ...gone.map((name) => {
        const until = ended.get(name);
        return `${name} is removed${until === undefined ? "" : `, after its date ${until}`}: no route, no certificate, no record`;
      }),
    ],
    tasks: [
      ...(records === "people"
        ? fresh.map((name) => task("records", "before", `make the DNS records of ${name}`))
        : []),
      ...moved.flatMap(({ service, from, to }) =>
        addressTasks
          .filter(({ services }) => services.includes(service))
          .map(({ id, when, task: text }) =>
            task(`${id}-${service}`, when, text.replaceAll("{from}", from).replaceAll("{to}", to), [
              from,
              to,
            ]),
          ),
      ),
      ...(records !== "stack"
        ? gone.map((name) => task("records", "after", `remove the DNS records of ${name}`))
        : []),
    ],
    records: wanted,
  };
}

/**
 * DNS records that people keep and that must be there: none where the update asks for no other ones than those that
 * are there. Where it does, the others count too: a name from before leads here until its date.
 */
function recordsOn(before: Values, after: Values): string[] {
  const [had, wanted] = [texts(before.dnsRecords), texts(after.dnsRecords)];
  return wanted.every((record) => had.includes(record)) ? [] : wanted;
}

/** What an update leaves to people, line by line. */
export function leftToPeople({
  tasks,
  records,
}: Pick<ReturnType<typeof namesOn>, "tasks" | "records">): string[] {
  return [
    ...records.map((record) => `before: DNS has the record ${record}, at which \`up\` looks`),
    ...tasks.map(taskText),
  ];
}

/** A task for people, with the name by which somebody answers for it. */
export function taskText({ id, when, text }: Task): string {
  return `${when}: ${text} [${id}]`;
}

/**
 * A task that has a name of its own.
 * @param name what kind of task it is, and the service
 * @param about what it is about and its text does not say
 */
export function task(name: string, when: Task["when"], text: string, about: string[] = []): Task {
  return { id: `${name}-${contentHash([text, ...about], 6)}`, when, text };
}

/** Names that are answered by the one's outputs and not by the other's. */
function left(one: Values, other: Values): string[] {
  const kept = answeredOf(other);
  return answeredOf(one).filter((name) => !kept.includes(name));
}

function urlsOf({ urls }: Values): Record<string, string> {
  const entries = isObject(urls) ? Object.entries(urls) : [];
  return Object.fromEntries(
    entries.flatMap(([service, url]) => (typeof url === "string" ? [[service, url] as const] : [])),
  );
}
