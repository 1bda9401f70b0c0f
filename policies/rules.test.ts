import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verbs } from "../operations/verbs";
import { rules } from "./rules";
import { rule as action } from "./rules/stk-action";
import site from "./site.json";
import { judge } from "./testing/judge";
import { mutate, ruleFiles, tableOf } from "./testing/mutation";
import { resource } from "./testing/resources";
import { casesOf } from "./testing/table";

describe("the pack", () => {
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

  it("is weakened by no level in site.json, and the settings there are a rule's", () => {
    for (const [id, settings] of Object.entries(site)) {
      const rule = rules.find((it) => it.id === id);
      expect(Object.keys(settings), id).not.toContain("enforcementLevel");
      expect(Object.keys(rule?.settings?.defaults ?? {}), id).toEqual(
        expect.arrayContaining(Object.keys(settings)),
      );
    }
  });

  it("allows exactly the verbs that there are", () => {
    const line = (verb: string) =>
      resource("command:local:Command", { create: `operations/run ${verb} create`, logging: "none" });
    for (const verb of Object.keys(verbs)) expect(judge(action, [line(verb)]), verb).toEqual([]);
    const text = readFileSync(join(__dirname, "rules", "stk-action.ts"), "utf8");
    expect(/run \(([a-z|-]+)\)/.exec(text)![1]!.split("|").sort()).toEqual(Object.keys(verbs).sort());
  });

  it("has the project's version", () => {
    const [own, project] = [__dirname, join(__dirname, "..")].map(
      (folder) =>
        (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version,
    );
    expect(own).toBe(project);
  });

  it("is described in the documents, rule by rule", () => {
    const text = readFileSync(join(__dirname, "..", "docs", "policies.md"), "utf8");
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (mandatory|advisory) +\| /gm)].map(
      ([, id, level]) => `${id} ${level}`,
    );
    expect(rows.sort()).toEqual(rules.map(({ id, level }) => `${id} ${level}`).sort());
  });
});

describe.each(ruleFiles())("%s", (id) => {
  it("has tests beside it with a case that passes, one that fails and one that is unknown", () => {
    expect(readdirSync(join(__dirname, "rules"))).toContain(`${id}.test.ts`);
    const table = tableOf(id);
    expect(casesOf(table, "pass").length).toBeGreaterThan(0);
    expect(casesOf(table, "fail").length).toBeGreaterThan(0);
    // A text says why nothing that the rule reads can be unknown.
    expect(typeof table.unknown === "string" ? table.unknown : casesOf(table, "unknown").length).toBeTruthy();
  });

  it("cannot be broken without a case that notices", { timeout: 60_000 }, () => {
    const { mutants, survivors } = mutate([id]);
    expect(survivors).toEqual([]);
    expect(mutants).toBeGreaterThan(0);
  });
});

/** What no rule asks for: support/environment.test.ts sees it. */
const BY_ITS_OWN_TEST = [
  'delivery === "environment" -> true',
  'value.includes("{outboundProxy.url}") -> true',
  'visit(line, ""); -> ;',
];

describe("what rules share", () => {
  it.each([
    ["support/environment.ts", ["sec-env-literal", "sec-env-url", "sec-tls-off"]],
    ["support/secret-text.ts", ["sec-env-literal", "sec-env-url", "sec-in-argv", "sec-upload-mode"]],
  ])("cannot have %s broken without a case that notices", { timeout: 60_000 }, (file, ids) => {
    const { survivors } = mutate(ids, file);
    expect(survivors.filter((what) => !BY_ITS_OWN_TEST.some((other) => what.endsWith(other)))).toEqual([]);
  });
});
