import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PreviewReport } from "../../cli/report/report";
import { mustRun } from "./support/command";
import { request } from "./support/http";
import { FULL } from "./support/interruption";
import { ledger, query } from "./support/ledger";
import { CHECKOUT, docker, TestStack } from "./support/test-stack";

/** The state of strongroom from which an operator comes: pinned, so that what an upgrade changes is known. */
const PREVIOUS = "7d6238e8167d";

/** Why this cannot be tested here; a shallow clone does not have the revision. */
function reasonToSkip(): string | undefined {
  if (!FULL) return "it takes two minutes: STRONGROOM_E2E=full runs it";
  const found = spawnSync("git", ["cat-file", "-e", `${PREVIOUS}^{commit}`], { cwd: CHECKOUT });
  return found.status === 0 ? undefined : `this clone does not have revision ${PREVIOUS}`;
}

const reason = reasonToSkip();
if (reason !== undefined) console.log(`strongroom's own upgrade is not tested: ${reason}`);

describe.skipIf(reason !== undefined)("strongroom's own upgrade", () => {
  const before = mkdtempSync(join(tmpdir(), "strongroom-before-"));
  let stack: TestStack;
  let containers: Map<string, string>;

  beforeAll(async () => {
    const archive = join(before, "archive.tar");
    await mustRun("git", ["archive", `--output=${archive}`, PREVIOUS], { cwd: CHECKOUT });
    await mustRun("tar", ["--extract", `--file=${archive}`, `--directory=${before}`]);
    rmSync(archive);
    symlinkSync(join(CHECKOUT, "node_modules"), join(before, "node_modules"));
    stack = await TestStack.create({ checkout: before });
    await stack.up({ checkout: before });
    await query(stack, "CREATE TABLE kept AS SELECT 42 AS answer");
    containers = await byRole();
    // What is built from this revision's sources; else `up` would, after the preview below.
    await stack.mustRun(["image", "build", "demo:1.0.0", "edge:3.6.7", "postgres:15"]);
  });
  afterAll(async () => {
    await stack?.destroy();
    rmSync(before, { recursive: true, force: true });
  });

  /** Container ids by role. */
  const byRole = async () => {
    const format = '{{.Label "strongroom.role"}} {{.Label "strongroom.service"}}\t{{.ID}}';
    const filter = `label=strongroom.stack=${stack.name}`;
    const lines = (await docker("ps", "--no-trunc", "--filter", filter, "--format", format)).split("\n");
    return new Map(lines.map((line) => line.split("\t") as [string, string]));
  };

  it("is previewed with the same configuration: no data, no database, no interruption that is not named", async () => {
    const { stdout, exitCode, output } = await stack.run(["preview", "--format", "json"]);
    expect(exitCode, output).toBe(0);
    const report = JSON.parse(stdout) as PreviewReport;
    expect(report.findings.filter(({ level }) => level === "mandatory")).toEqual([]);
    expect(report.data).toEqual([]);
    const kinds = report.resources.filter(({ role }) => role?.startsWith("database"));
    expect(kinds.map(({ kind }) => kind)).toEqual(kinds.map(() => "same"));
    expect(kinds.length).toBeGreaterThan(1);
    expect(report.services.map(({ interruption }) => interruption)).toEqual(["none", "none"]);
    console.log(
      `from ${PREVIOUS}: ${JSON.stringify(report.counts)}; ${report.resources
        .filter(({ kind }) => kind !== "same")
        .map(({ name, kind }) => `${name} ${kind}`)
        .join(", ")}`,
    );
  });

  it("reads the state on, touches nothing that the preview did not name, and keeps the data", async () => {
    const { stdout } = await stack.run(["preview", "--format", "json"]);
    const touched = (JSON.parse(stdout) as PreviewReport).resources.filter(({ kind }) => kind !== "same");
    await stack.up();
    const now = await byRole();
    expect([...now.keys()].sort()).toEqual([...containers.keys()].sort());
    for (const [role, id] of containers) {
      const [kind] = role.trim().split(" ");
      if (!touched.some((resource) => resource.role === kind)) expect(now.get(role), role).toBe(id);
    }
    expect(now.get("database ")).toBe(containers.get("database "));
    expect(await query(stack, "SELECT answer FROM kept")).toEqual(["42"]);
    // The ledger goes by the image, and this one was built anew.
    expect([...new Set(await ledger(stack))]).toEqual(["1.0.0|done"]);
    expect((await request(stack, "/version")).headers["x-product-version"]).toBe("1.0.0");
    await stack.mustRun(["preview", "--expect-no-changes"]);
  });
});
