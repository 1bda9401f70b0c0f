import { domainsOf } from "../domains";
import type { GateRule } from "../rule";
import { stackOf } from "../update";

export const rule: GateRule = {
  id: "chg-domain",
  level: "mandatory",
  why: "People, clients and links still use the old name; from one moment to the next nothing answers there.",
  remedy: "Keep the domain on a service. When nobody uses it any more, drop it by an exception.",
  source: "strongroom",
  check(update, report) {
    const { outputs } = update;
    // A program that failed says nothing about its domains, and its update is not made.
    if (!outputs.after) return;
    const kept = domainsOf(outputs.after);
    for (const domain of domainsOf(outputs.before)) {
      if (!kept.includes(domain)) report(stackOf(update), `${domain} would no longer be served`);
    }
  },
};
