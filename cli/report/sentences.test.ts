import { describe, expect, it } from "vitest";
import { type ReportArgs, reportUnjudged } from "./report";
import { happensOf, noticeOf, risksOf, verdictOf, wayBackOf } from "./sentences";
import { headline } from "./text";
import { finding, firstInstall, refused, report, upgrade } from "./testing/reports";

const clean = { findings: [], suppressed: [], errors: [] };

describe("the first screen", () => {
  it("says what happens: to services first, then to the other components", () => {
    expect(happensOf(upgrade())).toEqual({
      word: "New release of dashboard, server",
      lines: [
        "dashboard: v1.0.0 (3f77586a5c86) → v1.1.0 (39c1eaed7c71), rolling",
        "server: v1.0.0 (e8a340b6eddc) → v1.1.0 (df43793a602a), rolling",
        "routes: routes-apply changed",
      ],
    });
    expect(happensOf(firstInstall())).toMatchObject({
      word: "First install",
      lines: expect.arrayContaining([expect.stringMatching(/^with them: hosts, network, database/)]),
    });
    expect(happensOf(report([])).word).toBe("Nothing changes");
    expect(happensOf(refused()).word).toBe("Change of database");
    const removed = upgrade();
    removed.services = removed.services.map(({ after: _after, ...service }) => service);
    expect(happensOf(removed).word).toBe("dashboard, server removed");
  });

  it("says who notices, each cause once", () => {
    expect(noticeOf(upgrade()).word).toBe("Nobody notices");
    expect(noticeOf(refused())).toEqual({
      word: "All services interrupted",
      lines: [
        "dashboard, server: the database is restarted (mounts)",
        "maintenance window: closed; the next one opens sat 2026-11-28 22:00 Europe/Paris",
      ],
    });
    const problem = "everybody logged in at server would have to log in again";
    const logins = { ...clean, findings: [finding({ rule: "chg-session", level: "advisory", problem })] };
    expect(noticeOf(upgrade({ judgement: logins }))).toEqual({
      word: "People log in again",
      lines: ["no service is interrupted", problem],
    });
    expect(wayBackOf(upgrade({ judgement: logins })).lines).toEqual([
      "revert the diff and run up",
      "but leave the secret's generation: the one before is retired",
    ]);
    expect(noticeOf({ ...upgrade(), names: ["server moves from a to b"] })).toEqual({
      word: "Other addresses",
      lines: ["no service is interrupted", "addresses change, as said under what happens"],
    });
    const some = refused();
    some.services[0] = { ...some.services[0]!, interruption: "none", causes: [] };
    expect(noticeOf(some).word).toBe("1 of 2 services interrupted");
    expect(noticeOf(firstInstall()).lines).toContain("new, so nobody uses it yet: dashboard, server");
  });

  it("says what is at risk: data, what is refused, what somebody answers for", () => {
    expect(risksOf(upgrade())).toEqual({ word: "Nothing", lines: ["no data is deleted or replaced"] });
    expect(risksOf(refused())).toEqual({
      word: "Data",
      lines: [
        "volume database-database with the database is deleted with all that it holds",
        "database-postgres: the database would be on another volume: database-other",
        "strongroom-vault: old.example.com would no longer be served; ops@example.com answers for it",
        "1 note",
      ],
    });
    const word = (judgement: object) => risksOf(upgrade({ judgement: { ...clean, ...judgement } })).word;
    expect(word({ findings: [finding()] })).toBe("What the gate refuses");
    expect(word({ findings: [finding({ level: "advisory" })] })).toBe("Little");
    expect(word({ errors: ["it is no YAML"] })).toBe("What the gate refuses");
    const left = { ...upgrade(), data: [{ volume: "v", fate: "left" as const }] };
    expect(risksOf(left).lines).toEqual([
      "volume v is dropped from the stack; what it holds stays on its host, unused",
    ]);
    expect(wayBackOf(left).word).toBe("Revert");
  });

  it("says how to go back, and what does not come back", () => {
    expect(wayBackOf(upgrade())).toEqual({ word: "Revert", lines: ["revert the diff and run up"] });
    expect(wayBackOf(refused()).lines).toContain(
      "data that is deleted or replaced comes back from a backup only",
    );
    expect(wayBackOf(firstInstall()).word).toBe("Take it down");
    expect(wayBackOf(report([])).word).toBe("Not needed");
  });

  it("gives no all-clear for what is not known to its end", () => {
    for (const given of [{ ...upgrade(), succeeded: false }, reportUnjudged("vault")]) {
      expect(noticeOf(given).word).toBe("Unknown");
      expect(risksOf(given).word).toBe("Unknown");
      expect(verdictOf(given).word).not.toBe("ALLOWED");
    }
    expect(noticeOf({ ...refused(), succeeded: false }).word).toBe("All services interrupted");
  });

  it("gives the verdict with its reason", () => {
    expect(verdictOf(upgrade())).toMatchObject({ word: "ALLOWED" });
    expect(verdictOf(refused()).sentence).toContain("for 2 reasons");
    const excepted = { ...refused(), refused: false, findings: [] };
    expect(verdictOf(excepted).sentence).toContain("but what exceptions suppress");
    expect(verdictOf(reportUnjudged("vault", "no end"))).toMatchObject({
      word: "REFUSED",
      sentence: expect.stringContaining("no end"),
    });
  });
});

describe("a preview without state", () => {
  const without = (given: ReportArgs["judgement"] = clean) => ({
    ...firstInstall({ judgement: given }),
    withoutState: true as const,
  });

  it("is no permission, and says so first", () => {
    const { word, sentence } = verdictOf(without());
    expect(word).toBe("WITHOUT STATE");
    expect(sentence).toContain("everything appears as new");
    expect(headline(without())).toMatch(/^Stack .*\n {2}WITHOUT STATE: everything appears as new/);
    expect(verdictOf({ ...without(), succeeded: false }).word).toBe("FAILED");
  });

  it("claims nothing about the stack that is there", () => {
    for (const answer of [happensOf, noticeOf, risksOf, wayBackOf])
      expect(answer(without()).word, answer.name).toBe("Not known");
    expect(risksOf(without()).lines).toEqual([]);
    const noted = { ...clean, findings: [finding({ level: "advisory" })] };
    expect(risksOf(without(noted))).toEqual({ word: "Not known", lines: ["1 note"] });
  });

  it("is refused for what is wrong by itself", () => {
    const bad = { ...clean, findings: [finding({ level: "mandatory", problem: "bad" })] };
    expect(verdictOf({ ...without(bad), refused: true }).word).toBe("REFUSED");
    expect(risksOf(without(bad)).word).toBe("What the gate refuses");
  });
});
