import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, readItem, writeItem } from "./support/http";
import { docker, TestStack } from "./support/test-stack";

const PID_FILE = "/var/run/docker.pid";

/** Only where the daemon belongs to nobody else: CI on a machine without systemd, as root. */
const possible =
  process.env.CI === "true" &&
  process.getuid?.() === 0 &&
  existsSync(PID_FILE) &&
  !existsSync("/run/systemd/system");

describe.skipIf(!possible)("a restart of dockerd (in CI, as root, without systemd)", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  it("brings the stack back by itself, with its data and without a change", async () => {
    const id = await writeItem(stack, "kept over a restart of dockerd");
    await restartDockerd();
    expect(await eventually(() => readItem(stack, id), 90)).toBe("kept over a restart of dockerd");
    await stack.mustRun(["preview", "--expect-no-changes", "--refresh"]);
  });
});

/** Ends the daemon in an orderly way and starts it again with the same command line. */
async function restartDockerd(): Promise<void> {
  const pid = Number(readFileSync(PID_FILE, "utf8"));
  const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean);
  process.kill(pid, "SIGTERM");
  await eventually(async () => {
    if (existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "))
      throw new Error("dockerd still runs");
  }, 60);
  spawn(command!, args, { detached: true, stdio: "ignore" }).unref();
  await eventually(() => docker("info", "--format", "{{.ServerVersion}}"), 60);
}
