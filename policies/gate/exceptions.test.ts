import { describe, expect, it } from "vitest";
import {
  answersIn,
  applyExceptions,
  type Exception,
  exceptionsOf,
  parseExceptions,
  type RuleKind,
} from "./exceptions";
import type { Finding } from "./rule";

const now = new Date("2026-11-22T12:00:00Z");
const exception: Exception = {
  rule: "chg-domain",
  resource: "vault",
  owner: "ops@example.com",
  reason: "nobody uses it",
  ticket: "OPS-1",
  expires: "2026-11-30",
};
const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: "chg-domain",
  level: "mandatory",
  urn: "urn:pulumi:vault::strongroom::pulumi:pulumi:Stack::vault",
  name: "vault",
  problem: "a.example.com would no longer be served",
  why: "",
  remedy: "",
  source: "",
  ...more,
});
const kindOf = (rule: string): RuleKind | undefined =>
  rule === "chg-domain" ? "gate" : rule === "net-publish" ? "pack" : undefined;
const yaml = (more: object = {}) => JSON.stringify({ exceptions: [{ ...exception, ...more }] });

describe("an exception", () => {
  it.each([
    ["name", "vault"],
    ["URN", finding().urn],
  ])("takes the finding out that it is for, by %s", (_, resource) => {
    const other = finding({ rule: "chg-host" });
    const { findings, suppressed, errors } = applyExceptions(
      [finding(), other],
      [{ ...exception, resource }],
      now,
    );
    expect(findings).toEqual([other]);
    expect(suppressed.map(({ finding: { rule }, daysLeft }) => [rule, daysLeft])).toEqual([
      ["chg-domain", 8],
    ]);
    expect(errors).toEqual([]);
  });

  it("covers all findings of its rule on its resource", () => {
    const two = [finding(), finding({ problem: "b.example.com would no longer be served" })];
    expect(applyExceptions(two, [exception], now)).toMatchObject({ findings: [], errors: [] });
  });

  it("holds through its last day", () => {
    const last = { ...exception, expires: "2026-11-22" };
    expect(applyExceptions([finding()], [last], new Date("2026-11-22T23:59:59Z")).findings).toEqual([]);
    const { findings, errors } = applyExceptions([finding()], [last], new Date("2026-11-23T00:00:00Z"));
    expect(findings).toHaveLength(1);
    expect(errors).toEqual([expect.stringContaining("expired on 2026-11-22")]);
  });

  it.each([
    ["nothing needs it", [], exception, "is not needed"],
    ["its rule found nothing there", [finding({ rule: "chg-host" })], exception, "is not needed"],
    ["it is for another resource", [finding()], { ...exception, resource: "other" }, "is not needed"],
    [
      "it is for longer than a year",
      [finding()],
      { ...exception, expires: "2028-01-01" },
      "longer than a year",
    ],
    [
      "its name fits two resources",
      [finding(), finding({ urn: "urn:pulumi:vault::strongroom::x:y:Z::vault" })],
      exception,
      "more than one resource",
    ],
  ])("is an error when %s", (_, found, given, message) => {
    const { findings, errors } = applyExceptions(found, [given], now);
    expect(findings).toEqual(found);
    expect(errors).toEqual([expect.stringContaining(message)]);
  });

  it("is not called unneeded where not all is known, and expires all the same", () => {
    expect(applyExceptions([], [exception], now, () => false).errors).toEqual([]);
    const expired = { ...exception, expires: "2026-01-31" };
    expect(applyExceptions([], [expired], now, () => false).errors).toEqual([
      expect.stringContaining("expired on"),
    ]);
  });

  it("is read from YAML as it is", () => {
    expect(parseExceptions(yaml(), kindOf)).toEqual({ exceptions: [exception], errors: [] });
    expect(parseExceptions("exceptions: []\n", kindOf)).toEqual({ exceptions: [], errors: [] });
  });

  it.each([
    ["for all resources", { resource: "*" }],
    ["for a pattern of resources", { resource: "vault-?" }],
    ["of a rule that is not there", { rule: "chg-nothing" }],
    ["of a rule of the policies, by the resource's name", { rule: "net-publish" }],
    ["without an owner", { owner: " " }],
    ["without a reason", { reason: undefined }],
    ["without a ticket", { ticket: "" }],
    ["without an end", { expires: undefined }],
    ["with an end that is no date", { expires: "2026-02-30" }],
    ["with a member of another name", { until: "2026-11-30" }],
  ])("is refused %s", (_, more) => {
    expect(parseExceptions(yaml(more), kindOf).errors).toHaveLength(1);
  });

  it.each(["exceptions: [", "[]", "", "exceptions: {}", "other: []"])("is not read from %j", (text) => {
    const { exceptions, errors } = parseExceptions(text, kindOf);
    expect(exceptions).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });

  it("is left alone when it is of another stack", () => {
    const other = { ...exception, resource: "urn:pulumi:prod::strongroom::a:b:C::d" };
    const own = { ...exception, resource: finding().urn };
    expect(exceptionsOf("vault", [exception, other, own])).toEqual([exception, own]);
  });
});

describe("who answers for what the policy pack finds", () => {
  const urn = "urn:pulumi:vault::strongroom::docker:index/container:Container::adminer";
  const answers = (more: object = {}, at = now) =>
    [...answersIn(yaml({ rule: "net-publish", resource: urn, ...more }), at)].map(([rule, by]) => [
      rule,
      ...by,
    ]);

  it("is said by rule and URN", () => {
    expect(answers({ reason: "nobody\nuses it" })).toEqual([
      ["net-publish", [urn, "by ops@example.com, OPS-1: nobody uses it (until 2026-11-30, 8 days left)"]],
    ]);
    const two = [urn, `${urn}2`].map((resource) => ({ ...exception, rule: "net-publish", resource }));
    expect(answersIn(JSON.stringify({ exceptions: two }), now).get("net-publish")!.size).toBe(2);
  });

  it.each([
    ["that has expired", { expires: "2026-11-21" }],
    ["that is for longer than a year", { expires: "2028-01-01" }],
    ["without the URN", { resource: "adminer" }],
    ["that is not in order", { owner: "" }],
  ])("is nobody by an exception %s", (_, more) => {
    expect(answers(more)).toEqual([]);
  });

  it("changes at the end of the last day", () => {
    const last = { expires: "2026-11-22" };
    expect(answers(last, new Date("2026-11-22T23:59:59Z"))).toHaveLength(1);
    expect(answers(last, new Date("2026-11-23T00:00:00Z"))).toEqual([]);
  });
});
