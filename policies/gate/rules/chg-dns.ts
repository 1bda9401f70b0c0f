import { answeredOf, domainsOf } from "../domains";
import { each, type GateRule } from "../rule";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-dns",
  level: "mandatory",
  why: "Without its record a live domain is found by nobody, and caches remember that it is missing.",
  remedy: "Keep the records of live domains.",
  source: "RFC 2308",
  check({ changes, outputs }, report) {
    // A name that a service had before keeps its record until its date.
    const live = [...domainsOf(outputs.before), ...answeredOf(outputs.after ?? {})];
    const records = changes.filter(({ type }) => type === "cloudflare:index/dnsRecord:DnsRecord");
    const names = new Set<string>();
    each(records, report, ({ after }) => {
      if (after) names.add(`${text(after.inputs, "name")} ${text(after.inputs, "type")}`);
    });
    each(records, report, (change) => {
      if (!change.before) return;
      const name = text(change.before.inputs, "name");
      const key = `${name} ${text(change.before.inputs, "type")}`;
      if (live.includes(name) && !names.has(key)) report(change, `${name} would lose its record`);
    });
  },
};
