import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { request } from "./http";
import { docker, type TestStack } from "./test-stack";

/** Whether everything is to be run that takes longer than CI has. */
export const FULL = process.env.STRONGROOM_E2E === "full";

/** Signals only the CLI's own process, as a user's `kill` would; SIGINT goes to its whole foreground group. */
export async function killRun(
  run: { pid?: number } & PromiseLike<unknown>,
  signal: "SIGKILL" | "SIGINT",
): Promise<void> {
  try {
    process.kill(signal === "SIGINT" ? -run.pid! : run.pid!, signal);
  } catch (error) {
    // It may have ended on its own just before.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  await run;
  // Whatever a killed CLI left running goes on for a moment, as it would before a user types `up` again.
  await sleep(300);
}

/** Kills the CLI, the engine, its plugins and their actions at once, as a crash of the machine would. */
export async function crash(stack: TestStack, run: { pid?: number } & PromiseLike<unknown>): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (const pid of enginesOf(stack)) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }
  await killRun(run, "SIGKILL");
}

/** Everything that must hold after an interrupted run was followed by a whole one. */
export async function assertConverged(stack: TestStack, version: string): Promise<void> {
  for (let n = 0; n < 5; n++) {
    const answer = await request(stack, "/version");
    expect(answer.status).toBe(200);
    expect(answer.headers["x-product-version"]).toBe(version);
  }
  const inventory = await stack.inventory();
  const kinds = inventory
    .map((line) => {
      const [kind, , role] = line.split(" ");
      return `${kind} ${role}`;
    })
    .sort();
  expect(kinds, inventory.join("\n")).toEqual(
    [
      "container database",
      "container edge",
      "container edge-front",
      "container service",
      "container service",
      "network network",
      "network network",
      "network network",
      "volume database-data",
      "volume dumps-data",
      "volume edge-front-state",
      "volume edge-state",
      "volume service-files",
      "volume service-files",
    ].sort(),
  );
  const state = JSON.parse(readFileSync(stateFile(stack), "utf8")) as {
    checkpoint: { latest: { pending_operations?: unknown[]; resources: { delete?: boolean }[] } };
  };
  expect(state.checkpoint.latest.pending_operations ?? []).toEqual([]);
  expect(state.checkpoint.latest.resources.filter((resource) => resource.delete)).toEqual([]);
  expect(lockFiles(stack)).toEqual([]);
  expect(await docker("ps", "--all", "--quiet", "--filter", `name=strongroom-${stack.name}-lock`)).toBe("");
  expect(enginesOf(stack)).toEqual([]);
  const preview = await stack.run(["preview", "--expect-no-changes"]);
  expect(preview.exitCode, preview.output).toBe(0);
}

function stateFile(stack: TestStack): string {
  return join(stack.home, "state", ".pulumi", "stacks", "strongroom", `${stack.name}.json`);
}

function lockFiles(stack: TestStack): string[] {
  const folder = join(stack.home, "state", ".pulumi", "locks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.includes(stack.name) && file.endsWith(".json"));
}

/** Processes that still work for this stack: engine, plugins, actions. */
function enginesOf(stack: TestStack): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PULUMI_STACK=${stack.name}`);
      } catch {
        return false;
      }
    });
}
