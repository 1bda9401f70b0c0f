import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { createProgress } from "../cli/progress";
import { ensureToolchain } from "../toolchain";
import { ensureDocker } from "../toolchain/docker";
import {
  countTests,
  describeFailures,
  isSuccess,
  sum,
  type Count,
  type VitestReport,
} from "./support/test-report";

const root = resolve(__dirname, "..");

/** Test layers in the order in which they are run: what fails fast comes first. */
export const layers = ["lint", "typecheck", "unit", "policy", "stack", "conformance", "e2e"] as const;

export type Layer = (typeof layers)[number];

/** Layers that are one command, which passes or fails as a whole. */
const commands: Partial<Record<Layer, string[]>> = {
  lint: ["node_modules/eslint/bin/eslint.js", "."],
  typecheck: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.check.json"],
};

/** Layers that run the engine themselves, with `pulumi` from PATH; the others run the strongroom command or none. */
const onEngine: readonly Layer[] = ["conformance"];

/** Layers that use Docker: without a daemon some of their tests would be skipped. */
const onDocker: readonly Layer[] = ["conformance", "e2e"];

/** Result of a test run. */
export interface TestResult extends Count {
  /** Something was tested and nothing failed. */
  ok: boolean;
}

/**
 * Runs test layers, each in a process of its own, and prints what they print. The last line says
 * `N passed, N failed`, after what failed; lint and type check count as one test each, a layer that cannot be run as one failure.
 * After Ctrl-C the running layer cleans up and no other is begun.
 * @param chosen Layers to run, in the order of `layers`; none means all.
 */
export async function runTests(chosen: Layer[] = []): Promise<TestResult> {
  let interrupted = false;
  const onInterrupt = () => (interrupted = true);
  process.on("SIGINT", onInterrupt);
  const results: { layer: Layer; count: Count; failures: string[]; seconds: number }[] = [];
  for (const layer of layers.filter((it) => chosen.length === 0 || chosen.includes(it))) {
    if (interrupted) break;
    console.log(`\n== ${layer}`);
    const started = Date.now();
    const result = await runLayer(layer).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      console.error(message);
      return { count: { passed: 0, failed: 1, skipped: 0 }, failures: [message] };
    });
    results.push({ layer, ...result, seconds: Math.round((Date.now() - started) / 1000) });
  }
  process.off("SIGINT", onInterrupt);
  for (const { layer, failures } of results) {
    for (const failure of failures) console.log(`\nfailed in ${layer}: ${failure}`);
  }
  console.log("");
  for (const { layer, count, seconds } of results) {
    console.log(`${layer}: ${count.passed} passed, ${count.failed} failed in ${seconds} s`);
  }
  const total = sum(results.map(({ count }) => count));
  if (total.skipped > 0) console.log(`${total.skipped} skipped`);
  if (interrupted) console.log("interrupted: not all layers were run");
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return { ...total, ok: isSuccess(total) && !interrupted };
}

async function runLayer(layer: Layer): Promise<{ count: Count; failures: string[] }> {
  const command = commands[layer];
  if (command) {
    const passed = (await runNode(command)) === 0;
    const count = { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
    return { count, failures: passed ? [] : ["its output is above"] };
  }
  if (onDocker.includes(layer)) await ensureDocker("unix:///var/run/docker.sock", createProgress());
  const env = onEngine.includes(layer) ? await engineEnvironment() : process.env;
  const folder = mkdtempSync(join(tmpdir(), "strongroom-test-"));
  try {
    const file = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const args = ["node_modules/vitest/vitest.mjs", "run", "--project", layer, ...reporters];
    const exitCode = await runNode(args, env);
    const report = readReport(file);
    return { count: countTests(report, exitCode), failures: describeFailures(report, root) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An environment in which `pulumi` is the toolchain's, with its plugins. */
async function engineEnvironment(): Promise<NodeJS.ProcessEnv> {
  const toolchain = await ensureToolchain({ progress: createProgress() });
  return {
    ...process.env,
    PATH: [toolchain.bin, process.env.PATH].join(delimiter),
    PULUMI_HOME: toolchain.pulumiHome,
  };
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}

/** Exit code of a Node.js program run in the checkout; undefined when a signal ended it. */
function runNode(args: string[], env = process.env): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("close", (code) => done(code ?? undefined));
  });
}
