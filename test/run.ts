import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { countTests, isSuccess, sum, type Count, type VitestReport } from "./support/test-report";

const root = resolve(__dirname, "..");

/** Test layers in the order in which they are run: what fails fast comes first. */
export const layers = ["lint", "typecheck", "unit", "policy", "stack", "conformance", "e2e"] as const;

export type Layer = (typeof layers)[number];

/** Layers that are one command, which passes or fails as a whole. */
const commands: Partial<Record<Layer, string[]>> = {
  lint: ["node_modules/eslint/bin/eslint.js", "."],
  typecheck: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.check.json"],
};

/** Result of a test run. */
export interface TestResult extends Count {
  /** Something was tested and nothing failed. */
  ok: boolean;
}

/**
 * Runs test layers, each in a process of its own, and prints what they print. The last line says
 * `N passed, N failed`; lint and type check count as one test each.
 * @param chosen Layers to run, in the order of `layers`; none means all.
 * @param env Environment of the tests: the engine's, for the layers that run it.
 */
export async function runTests(
  chosen: Layer[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<TestResult> {
  const counts: { layer: Layer; count: Count; seconds: number }[] = [];
  for (const layer of layers.filter((it) => chosen.length === 0 || chosen.includes(it))) {
    console.log(`\n== ${layer}`);
    const started = Date.now();
    const count = await runLayer(layer, env);
    counts.push({ layer, count, seconds: Math.round((Date.now() - started) / 1000) });
  }
  const total = sum(counts.map(({ count }) => count));
  console.log("");
  for (const { layer, count, seconds } of counts) console.log(`${layer}: ${describe(count)} in ${seconds} s`);
  if (total.skipped > 0) console.log(`${total.skipped} skipped`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return { ...total, ok: isSuccess(total) };
}

function describe({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function runLayer(layer: Layer, env: NodeJS.ProcessEnv): Promise<Count> {
  const command = commands[layer];
  if (command) {
    const passed = (await runNode(command, env)) === 0;
    return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), "strongroom-test-"));
  try {
    const file = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const args = ["node_modules/vitest/vitest.mjs", "run", "--project", layer, ...reporters];
    const exitCode = await runNode(args, env);
    return countTests(readReport(file), exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}

/** Exit code of a Node.js program run in the checkout; undefined when a signal ended it. */
function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("close", (code) => done(code ?? undefined));
  });
}
