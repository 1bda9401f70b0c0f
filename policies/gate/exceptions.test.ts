import { describe, expect, it } from "vitest";
import { applyExceptions, type Exception, exceptionsOf, parseExceptions } from "./exceptions";
import type { Finding } from "./rule";
import { rules } from "./rules";

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

  it("is read from YAML as it is", () => {
    expect(parseExceptions(yaml(), rules)).toEqual({ exceptions: [exception], errors: [] });
    expect(parseExceptions("exceptions: []\n", rules)).toEqual({ exceptions: [], errors: [] });
  });

  it.each([
    ["for all resources", { resource: "*" }],
    ["for a pattern of resources", { resource: "vault-?" }],
    ["of a rule that is not there", { rule: "chg-nothing" }],
    ["without an owner", { owner: " " }],
    ["without a reason", { reason: undefined }],
    ["without a ticket", { ticket: "" }],
    ["without an end", { expires: undefined }],
    ["with an end that is no date", { expires: "2026-02-30" }],
    ["with a member of another name", { until: "2026-11-30" }],
  ])("is refused %s", (_, more) => {
    expect(parseExceptions(yaml(more), rules).errors).toHaveLength(1);
  });

  it.each(["exceptions: [", "[]", "", "exceptions: {}", "other: []"])("is not read from %j", (text) => {
    const { exceptions, errors } = parseExceptions(text, rules);
    expect(exceptions).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });

  it("is left alone when it is of another stack", () => {
    const other = { ...exception, resource: "urn:pulumi:prod::strongroom::a:b:C::d" };
    const own = { ...exception, resource: finding().urn };
    expect(exceptionsOf("vault", [exception, other, own])).toEqual([exception, own]);
  });
});
