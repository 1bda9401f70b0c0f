import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "./rules";
import { ruleFiles, survivorsOf, tableOf } from "./testing/mutation";

describe("the gate", () => {
  it("has every rule file, each under its file's name", () => {
    expect(rules.map(({ id }) => id).sort()).toEqual(ruleFiles());
  });

  it("has rules whose texts are sentences", () => {
    for (const { id, why, remedy, source } of rules) {
      expect(why, id).toMatch(/^[A-Z`].*\.$/s);
      expect(remedy, id).toMatch(/^[A-Z].*\.$/s);
      expect(source, id).toMatch(/\S/);
    }
  });

  it("is described in the documents, rule by rule", () => {
    const text = readFileSync(join(__dirname, "..", "..", "docs", "gate.md"), "utf8");
    const rows = [...text.matchAll(/^\| `(chg-[a-z-]+)` +\| (mandatory|advisory) +\| /gm)];
    expect(rows.map(([, id, level]) => `${id} ${level}`).sort()).toEqual(
      rules.map(({ id, level }) => `${id} ${level}`).sort(),
    );
  });
});

describe.each(ruleFiles())("%s", (id) => {
  it("has tests beside it with a case that passes, one that fails and one that cannot be judged", () => {
    expect(readdirSync(join(__dirname, "rules"))).toContain(`${id}.test.ts`);
    const { pass, fail, unjudgeable } = tableOf(id);
    expect(Object.keys(pass).length).toBeGreaterThan(0);
    expect(Object.keys(fail).length).toBeGreaterThan(0);
    expect(typeof unjudgeable === "string" ? unjudgeable : Object.keys(unjudgeable).length).toBeTruthy();
  });

  it("cannot be broken without a case that notices", { timeout: 60_000 }, () => {
    const { mutants, survivors } = survivorsOf([id]);
    expect(survivors).toEqual([]);
    expect(mutants).toBeGreaterThan(0);
  });
});

/** What passes on an error of the gate's own: no case can make one. */
const UNNOTICEABLE = /: !\(error instanceof Unjudgeable\) -> false$/;

describe("what rules share", () => {
  it.each([
    ["hardening.ts", ["chg-harden-regress"]],
    ["clients.ts", ["chg-client-certificates", "chg-truststore"]],
    ["containers.ts", ["chg-secret", "chg-service-removed", "chg-db-password"]],
    ["database.ts", ["chg-db-leave", "chg-db-mount", "chg-db-volume", "chg-downgrade", "chg-rename"]],
    ["domains.ts", ["chg-domain", "chg-dns", "chg-cert-cover", "chg-client-certificates"]],
    ["own-certificates.ts", ["chg-cert-in-place", "chg-sso-certificate"]],
    [
      "values.ts",
      ["chg-db-volume", "chg-dns-cutover", "chg-secret", "chg-plaintext", "chg-rename", "chg-harden-regress"],
    ],
    ["versions.ts", ["chg-downgrade", "chg-requires"]],
  ])("cannot have %s broken without a case that notices", { timeout: 60_000 }, (path, ids) => {
    const survivors = survivorsOf(ids, path).survivors.filter((what) => !UNNOTICEABLE.test(what));
    expect(survivors).toEqual([]);
  });
});
