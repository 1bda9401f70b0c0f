import { answeredOf, domainsOf, previousOf } from "../domains";
import type { GateRule } from "../rule";
import { stackOf } from "../update";

export const rule: GateRule = {
  id: "chg-domain",
  level: "mandatory",
  why: "People, clients and links still use the old name; from one moment to the next nothing answers there.",
  remedy:
    "Name it under `previous` of its service with a date that is still to come. When nobody uses it any more, drop it by an exception.",
  source: "strongroom",
  check(update, report, { now }) {
    const { outputs } = update;
    // A program that failed says nothing about its domains, and its update is not made.
    if (!outputs.after) return;
    const kept = answeredOf(outputs.after);
    for (const domain of domainsOf(outputs.before)) {
      if (!kept.includes(domain)) report(stackOf(update), `${domain} would no longer be served`);
    }
    for (const { name, until } of previousOf(outputs.before)) {
      if (!kept.includes(name) && now.getTime() < Date.parse(until))
        report(stackOf(update), `${name} would no longer be answered, before its date ${until}`);
    }
  },
};
