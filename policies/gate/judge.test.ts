import { describe, expect, it } from "vitest";
import { type Exception, exceptionsOf, parseExceptions } from "./exceptions";
import { judgeUpdate } from "./judge";
import type { Facts } from "./rule";
import { dataVolume, FACTS, update } from "./testing/changes";

const about = { owner: "ops@example.com", reason: "it is known", ticket: "OPS-1", expires: "2026-11-30" };
const connections = { max: 9, services: {}, others: 0 };

it.each<[string, Partial<Facts>, boolean]>([
  ["chg-domain", {}, true],
  ["chg-headroom", {}, false],
  ["chg-headroom", { memoryMiB: 4096 }, true],
  ["chg-host", {}, false],
  ["chg-host", { daemons: [{ host: "local", applied: undefined, now: "a" }] }, false],
  ["chg-host", { daemons: [{ host: "local", applied: "a", now: "a" }] }, true],
  ["chg-connections", {}, false],
  // At the next moment there may be more.
  ["chg-connections", { connections }, false],
])(
  "calls an exception from %s unneeded only where all is known that it goes by: %j",
  (rule, facts, isSaid) => {
    const exception: Exception = { rule, resource: "test", ...about };
    const { errors } = judgeUpdate(update([]), { ...FACTS, ...facts }, [exception]);
    expect(errors).toEqual(isSaid ? [expect.stringContaining("is not needed")] : []);
  },
);

describe("an exception for what is no resource of its own", () => {
  const required = { mode: "required", truststore: "partners", generation: 1, authorities: ["AA"] };
  const names = ["a.example.com", "b.example.com"];
  const given = update([dataVolume({}, {}, { kind: "same" })], {
    live: names,
    before: { clientCertificates: { "a.example.com": required, "b.example.com": required } },
  });
  const daemons = ["one", "two"].map((host) => ({ host, applied: "old", now: "new" }));
  const stack = "urn:pulumi:test::strongroom::pulumi:pulumi:Stack::test";
  const judged = (rule: string, resource: string) => {
    const text = `exceptions: [{ ${Object.entries({ rule, ...about })
      .map(([name, value]) => `${name}: ${value}`)
      .join(", ")}, resource: ${resource} }]`;
    const { exceptions, errors } = parseExceptions(text, () => "gate");
    expect(errors).toEqual([]);
    const judgement = judgeUpdate(given, { ...FACTS, daemons }, exceptionsOf("test", exceptions));
    expect(judgement.suppressed).toHaveLength(1);
    return judgement.findings.flatMap((finding) => (finding.rule === rule ? [finding.urn] : []));
  };

  it.each([
    ["chg-client-certificates", names],
    ["chg-host", ["one", "two"]],
  ])("from %s names it", (rule, [one, two]) => {
    for (const resource of [one, `${stack}#${one}`])
      expect(judged(rule, resource!)).toEqual([`${stack}#${two}`]);
  });
});
