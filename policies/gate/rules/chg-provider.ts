import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import { isDefaultProvider } from "../update";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-provider",
  level: "mandatory",
  why: "A provider stands for a host or a zone: without it, or with another, what it made is out of reach.",
  remedy: "Keep hosts and `dns.zoneId` as they are while something is on them.",
  source: "strongroom",
  check({ changes }, report) {
    const providers = changes.filter(
      ({ type, urn }) =>
        type.startsWith("pulumi:providers:") && type !== TYPES.commandProvider && !isDefaultProvider(urn),
    );
    each(providers, report, (change) => {
      if (change.kind === "delete" || change.kind === "replace")
        report(change, `the provider would be ${change.kind}d`);
    });
    const records = changes.filter(({ type }) => type.startsWith("cloudflare:"));
    each(records, report, (change) => {
      const { before, after } = change;
      if (before && after && text(before.inputs, "zoneId") !== text(after.inputs, "zoneId"))
        report(change, "`zoneId` differs: the record would go to another zone");
    });
  },
};
