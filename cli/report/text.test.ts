import { describe, expect, it } from "vitest";
import type { Judgement } from "../../policies/gate/exceptions";
import { interruptions } from "../../policies/gate/interruption";
import { change, dataVolume, edge, FACTS, replica, update } from "../../policies/gate/testing/changes";
import type { Change } from "../../policies/gate/update";
import { type ReportArgs, reportOn } from "./report";
import { headline } from "./text";

const clean: Judgement = { findings: [], suppressed: [], errors: [] };
const page = (changes: Change[], more: Partial<ReportArgs> = {}) => {
  const facts = { ...FACTS, ...more.facts };
  const given = update(changes);
  return headline(
    reportOn({
      stack: "vault",
      update: given,
      judgement: clean,
      causes: interruptions(given, facts),
      naming: { addressTasks: [], records: "stack" },
      windows: [],
      now: new Date("2026-11-23T12:00:00Z"),
      ...more,
      facts,
    }),
  );
};
const release = [
  replica({ image: "v1.0" }, undefined, { release: "aaa" }),
  replica(undefined, { image: "v1.1" }, { release: "bbb", name: "server-2" }),
];

describe("the first page", () => {
  it("says that nothing changes, and no more", () => {
    expect(page([replica({}, {}, { kind: "same" })])).toBe("Stack vault: no changes\n");
  });

  it("says from which release to which, how, who notices, and the way back", () => {
    expect(page(release)).toBe(
      [
        "Stack vault: 1 created, 1 deleted",
        "  server  v1.0 (aaa) -> v1.1 (bbb), rolling; no interruption",
        "  Way back: revert the diff and run up",
        "",
      ].join("\n"),
    );
  });

  it("warns that the way back ends where a release that may not run beside the old one migrates", () => {
    const text = page(release, { facts: { ...FACTS, strategy: "recreate" } });
    expect(text).toContain("v1.1 (bbb), recreate; INTERRUPTED: strategy recreate");
    expect(text).toContain("then a restore");
  });

  it("names images without a known version by their digest, and new services as new", () => {
    const digest = `sha256:${"0123456789ab".padEnd(64, "c")}`;
    expect(page([replica(undefined, { image: digest }, { release: "aaa" })])).toContain(
      "  server  sha256:0123456789ab (aaa); new",
    );
  });

  it("says whether a window is open when one is needed", () => {
    const changes = [
      replica({}, {}, { kind: "same" }),
      edge({}, {}, { kind: "replace", gap: true, diffs: ["memory"] }),
    ];
    const windows = [{ days: ["mon"], from: "13:00", to: "14:00", zone: "UTC" }];
    expect(page(changes)).not.toContain("window");
    expect(page(changes, { windows })).toContain("closed; the next one opens mon 2026-11-23 13:00 UTC");
    expect(page(changes, { windows, now: new Date("2026-11-23T13:30:00Z") })).toContain("open now");
    expect(page(release, { windows })).not.toContain("window");
  });

  it("shows findings with why and remedy, exceptions with who answers for them, and repairs in a line", () => {
    const about = {
      urn: "urn:x",
      name: "x",
      problem: "it breaks",
      why: "Because.",
      remedy: "Do not.",
      source: "RFC 1",
    };
    const finding = { rule: "chg-host", level: "mandatory" as const, ...about };
    const exception = {
      rule: "chg-ca",
      resource: "x",
      owner: "ops",
      reason: "planned",
      ticket: "T-1",
      expires: "2026-12-01",
    };
    const text = page([change("a:b:C", {}, undefined), dataVolume({}, {})], {
      judgement: {
        findings: [finding, { ...finding, rule: "repair", level: "repair" }],
        suppressed: [{ finding: { ...finding, rule: "chg-ca" }, exception, daysLeft: 8 }],
        errors: ["policies/exceptions.yaml: it is no YAML"],
      },
    });
    expect(text).toContain(
      "REFUSED  chg-host  x: it breaks\n  Because.\n  Remedy: Do not.\n  Source: RFC 1. Resource: urn:x\n",
    );
    expect(text).toContain("  repair: x: it breaks\n");
    expect(text).toContain(
      "SUPPRESSED  chg-ca  x: it breaks\n  by ops, T-1: planned (until 2026-12-01, 8 days left)\n",
    );
    expect(text).toContain("REFUSED  policies/exceptions.yaml: it is no YAML\n");
  });
});
