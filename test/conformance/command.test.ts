import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { isSecret, Project } from "./engine";

let project: Project;
beforeEach(async () => {
  project = await Project.create();
  return () => project.remove();
});

/** What the commands wrote into the file `log` of the project's folder, line by line. */
async function log(): Promise<string[]> {
  const file = join(project.folder, "log");
  return existsSync(file) ? (await readFile(file, "utf8")).trim().split("\n") : [];
}

/** A program with one command `c`. */
const command = (args: string): string => `new command.local.Command("c", ${args});`;

/** Expects an update of a command whose stdin is `input`, an output of the command `first`, which changes. */
async function planWithUnknownInput(input: string): Promise<void> {
  const program = (n: number): string =>
    `const first = new command.local.Command("first", { create: "echo ${n}", update: "echo ${n}" });
     new command.local.Command("second", { create: "cat", stdin: ${input} });`;
  await project.program(program(1));
  await project.mustUp();
  await project.program(program(2));
  expect(await project.planned("Command")).toEqual(["update", "update"]);
}

describe("command:local:Command", () => {
  test("creates, updates and deletes with the stored command and environment", async () => {
    await project.program(
      command(`{ create: "echo create $V >> log", update: "echo update $V >> log",
                 delete: "echo delete $V >> log", environment: { V: "one" } }`),
    );
    await project.mustUp();
    expect(await project.planned("Command")).toEqual([]);

    await project.program(
      command(`{ create: "echo create $V >> log", update: "echo update $V >> log",
                 delete: "echo delete-two $V >> log", environment: { V: "two" } }`),
    );
    expect(await project.planned("Command")).toEqual(["update"]);
    await project.mustUp();

    await project.program("");
    await project.mustUp();
    expect(await log()).toEqual(["create one", "update two", "delete-two two"]);
    expect(await project.recorded("Command")).toEqual([]);
  });

  test("runs create on an update where update is not given", async () => {
    await project.program(command(`{ create: "echo $V >> log", environment: { V: "one" } }`));
    await project.mustUp();
    await project.program(command(`{ create: "echo $V >> log", environment: { V: "two" } }`));
    await project.mustUp();
    expect(await log()).toEqual(["one", "two"]);
  });

  test("runs nothing in a preview or a refresh", async () => {
    await project.program(command(`{ create: "echo ran >> log" }`));
    expect(await project.planned("Command")).toEqual(["create"]);
    await project.must("refresh", "--yes", "--skip-preview");
    expect(await log()).toEqual([]);
  });

  test("replaces on a changed trigger: the new create runs before the old delete", async () => {
    const args = (n: number): string =>
      command(`{ create: "echo create ${n} >> log", delete: "echo delete ${n} >> log", triggers: [${n}] }`);
    await project.program(args(1));
    await project.mustUp();
    await project.program(args(2));
    expect(await project.planned("Command")).toEqual(["replace"]);
    await project.mustUp();
    expect(await log()).toEqual(["create 1", "create 2", "delete 1"]);
  });

  test("does not record a command that fails, quotes its stderr and its command line, and runs it again", async () => {
    await project.program(command(`{ create: "echo tried >> log; echo why-it-failed >&2; exit 3" }`));
    const { failed, output } = await project.up();
    expect(failed).toBe(true);
    expect(output).toContain("exit status 3");
    expect(output).toContain("why-it-failed");
    expect(output).toContain("echo tried >> log");
    expect(await project.recorded("Command")).toEqual([]);
    await project.up();
    expect(await log()).toEqual(["tried", "tried"]);
  });

  test("keeps the old inputs when an update fails, so that it is tried again", async () => {
    await project.program(command(`{ create: "true", update: "exit $V", environment: { V: "0" } }`));
    await project.mustUp();
    await project.program(command(`{ create: "true", update: "exit $V", environment: { V: "1" } }`));
    expect((await project.up()).failed).toBe(true);
    expect((await project.recorded("Command"))[0]?.inputs?.environment).toEqual({ V: "0" });
    expect(await project.planned("Command")).toEqual(["update"]);
  });

  test("shows an update for an input that is not known yet", async () => {
    await planWithUnknownInput("first.stdout");
  });

  test("keeps a failing delete in the state", async () => {
    await project.program(command(`{ create: "true", delete: "test -e allowed" }`));
    await project.mustUp();
    await project.program("");
    expect((await project.up()).failed).toBe(true);
    expect(await project.recorded("Command")).toHaveLength(1);
    await writeFile(join(project.folder, "allowed"), "");
  });

  test("gives stdout and stderr without their last newline, and takes stdin, dir and interpreter", async () => {
    await project.program(`
      const c = new command.local.Command("c", {
        create: "process.stdin.on('data', (d) => console.log(d + process.cwd())); console.error('err')",
        interpreter: [process.execPath, "-e"], stdin: "in:", dir: "/",
      });
      const d = new command.local.Command("d", { create: "pwd" });
      module.exports = { out: c.stdout, err: c.stderr, cwd: d.stdout };`);
    await project.mustUp();
    expect(await project.outputs()).toEqual({ out: "in:/", err: "err", cwd: project.folder });
  });

  test("offers the output of the run before, unless told not to", async () => {
    const args = (n: number, extra: string): string =>
      command(`{ create: "echo out; echo err >&2", update: "echo $PULUMI_COMMAND_STDOUT-$PULUMI_COMMAND_STDERR-$N >> log; echo out",
                 environment: { N: "${n}" }, ${extra} }`);
    for (const [n, extra] of [
      [1, ""],
      [2, ""],
      [3, "addPreviousOutputInEnv: false"],
    ] as const) {
      await project.program(args(n, extra));
      await project.mustUp();
    }
    expect(await log()).toEqual(["out-err-2", "--3"]);
  });

  test("logs what `logging` says, and records the output all the same", async () => {
    for (const [logging, shown] of [
      ["none", []],
      ["stdout", ["seen-1"]],
      ["stderr", ["seen-2"]],
      ["stdoutAndStderr", ["seen-1", "seen-2"]],
    ] as const) {
      // The words are put together by the shell, so that a diff of the command cannot show them.
      await project.program(command(`{ create: "A=seen; echo $A-1; echo $A-2 >&2", logging: "${logging}" }`));
      const output = await project.mustUp();
      expect([...new Set(output.match(/seen-\d/g))].sort(), logging).toEqual(shown);
      expect((await project.recorded("Command"))[0]?.outputs, logging).toMatchObject({
        stdout: "seen-1",
        stderr: "seen-2",
      });
    }
  });

  test("keeps secret inputs encrypted in the state and out of the engine's output", async () => {
    const program = (n: number): string =>
      command(`{ create: "cat > stdin; printf %s $S > env", environment: { S: pulumi.secret("secret-env"), N: "${n}" },
                 stdin: pulumi.secret("secret-stdin"), logging: "none" }`);
    await project.program(program(1));
    const outputs = [await project.mustUp()];
    await project.program(program(2));
    outputs.push(await project.must("preview", "--diff"), await project.mustUp());

    expect(await readFile(join(project.folder, "stdin"), "utf8")).toBe("secret-stdin");
    expect(await readFile(join(project.folder, "env"), "utf8")).toBe("secret-env");
    const [recorded] = await project.recorded("Command");
    for (const side of [recorded?.inputs, recorded?.outputs]) {
      expect(isSecret(side?.stdin)).toBe(true);
      expect(isSecret((side?.environment as Record<string, unknown>).S)).toBe(true);
    }
    for (const text of [...outputs, await project.deployment()])
      expect(text).not.toMatch(/secret-(env|stdin)/);
  });
});

// The official plugin kills a command's shell when the engine cancels, and has what is refused here.
describe.skipIf(process.env.STRONGROOM_PLUGINS === "official")("the stand-in for command", () => {
  test("shows an update for a secret input that is not known yet", async () => {
    await planWithUnknownInput("pulumi.secret(first.stdout)");
  });

  test("tells commands to stop with one SIGINT, and records one that settles", async () => {
    await writeFile(
      join(project.folder, "slow.js"),
      `const { appendFileSync } = require("fs");
       process.on("SIGINT", () => { appendFileSync("log", "SIGINT\\n"); setTimeout(() => process.exit(0), 500); });
       setTimeout(() => process.exit(1), 60_000); appendFileSync("log", "started\\n");`,
    );
    await project.program(
      `new command.local.Command("settles", { create: "exec node slow.js" });
       new command.local.Command("dies", { create: "sleep 60; true" });`,
    );
    const up = spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      cwd: project.folder,
      env: project.env,
      stdio: "ignore",
    });
    const ended = new Promise((done) => up.on("exit", done));
    await expect.poll(log, { timeout: 60_000 }).toEqual(["started"]);
    const interrupted = Date.now();
    up.kill("SIGINT");
    await ended;
    expect(Date.now() - interrupted).toBeLessThan(20_000);
    expect(await log()).toEqual(["started", "SIGINT"]);
    expect((await project.recorded("Command")).map(({ urn }) => urn.split("::").at(-1))).toEqual(["settles"]);
  });

  test.each([
    [
      `new command.remote.Command("x", { connection: { host: "192.0.2.1" }, create: "true" })`,
      "command:remote:Command",
    ],
    [`new command.local.Command("x", { create: "true", assetPaths: ["*"] })`, "assetPaths"],
    [`command.local.run({ command: "true" })`, "command:local:run"],
  ])("refuses what it does not have: %s", async (program, named) => {
    await project.program(program);
    const { failed, output } = await project.run("preview");
    expect(failed).toBe(true);
    expect(output).toContain(named);
    expect(output).toContain("not supported by the stand-in for the command plugin");
  });
});
