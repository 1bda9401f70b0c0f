import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Repository, run, type Ended } from "./throw-away";

/** In the place of the strongroom command: says how it was called, and what of an environment with secrets it saw. */
const strongroom = `#!/usr/bin/env bash
echo "$@" >>"$CALLS"
[[ -n \${SILENT:-} ]] || echo "a preview"
exit "\${EXIT:-0}"
`;
const repository = new Repository({ "Pulumi.prod.yaml": "config: {}\n", strongroom });
const folder = join(repository.folder, "result");
const calls = join(repository.folder, "calls");
const summary = join(repository.folder, "summary");
beforeEach(() => {
  for (const path of [folder, calls, summary]) rmSync(path, { recursive: true, force: true });
});
afterAll(() => repository.remove());

const withoutState = (env: Record<string, string> = {}, args = [folder]): Promise<Ended> =>
  run([join(repository.checkout, "ci/without-state.sh"), ...args], {
    cwd: repository.folder,
    env: { STACK: "prod", CALLS: calls, ...env },
  });
const document = () => readFileSync(join(folder, "without-state.md"), "utf8");
const called = () => (existsSync(calls) ? readFileSync(calls, "utf8") : "");

describe("without-state.sh", () => {
  it("previews the checkout without state, and leaves the document", async () => {
    expect(await withoutState()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(called()).toBe("preview --stack prod --without-state --format markdown\n");
    expect(document()).toBe("a preview\n");
  });

  it("makes it the summary of a job on GitHub", async () => {
    await withoutState({ GITHUB_STEP_SUMMARY: summary });
    expect(readFileSync(summary, "utf8")).toBe("a preview\n");
  });

  it("passes a refusal on, with what was said", async () => {
    expect((await withoutState({ EXIT: "3" })).code).toBe(3);
    expect(document()).toBe("a preview\n");
  });

  it("says so where the preview said nothing", async () => {
    expect((await withoutState({ EXIT: "2", SILENT: "1" })).code).toBe(2);
    expect(document()).toContain("failed with exit code 2");
  });

  it("has nothing to preview where there is no such configuration, as in a fork", async () => {
    expect((await withoutState({ STACK: "vault" })).code).toBe(0);
    expect(called()).toBe("");
    expect(document()).toContain("There is no `Pulumi.vault.yaml`");
  });

  it.each(["", "../x", "Prod", "a b"])("wants a stack: %j", async (STACK) => {
    expect(await withoutState({ STACK })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("names no stack"),
    });
    expect(called()).toBe("");
  });

  it("wants a folder", async () => {
    expect((await withoutState({}, [])).code).toBe(2);
  });
});
