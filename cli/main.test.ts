import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commandNames } from "./arguments";

const root = join(__dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function strongroom(...args: string[]): Promise<Ended> {
  return strongroomIn(join(folder, "home"), ...args);
}

function strongroomIn(home: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["cli/start.cjs", ...args],
      {
        cwd: root,
        env: { ...process.env, STRONGROOM_HOME: home, PULUMI_STACK: "", DOCKER_HOST: "" },
      },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

describe("help", () => {
  it("lists every command and every exit code", async () => {
    const { code, stdout } = await strongroom("--help");
    expect(code).toBe(0);
    for (const name of commandNames) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    for (const exit of ["0", "1", "2", "3", "4", "130"])
      expect(stdout).toMatch(new RegExp(`^  ${exit} `, "m"));
  });

  it.each(commandNames)("of %s shows the global options too", async (name) => {
    const { code, stdout } = await strongroom(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--stack <name>");
    expect(stdout).toContain(`strongroom ${name}`);
  });
});

describe("wrong usage ends with 2 and touches nothing", () => {
  const broken = join(folder, "Pulumi.unit.yaml");
  writeFileSync(broken, "config:\n  strongroom:product: nosuch\n  strongroom:servces: {}\n");
  it.each([
    [["upp"], "unknown command"],
    [["up", "--nosuch"], "unknown option"],
    [["up", "extra"], "too many arguments"],
    [["--stack", "Not/A/Name", "up"], "a stack's name"],
    [["--config-file", join(folder, "missing.yaml"), "up"], "cannot be read"],
    [["--config-file", broken, "--stack", "unit", "up", "--yes"], "strongroom:product"],
    [["--config-file", broken, "--stack", "unit", "doctor"], "nosuch"],
    [["preview", "--format", "nosuch"], "text, markdown, json, sarif, html"],
    [["preview", "--json", "--format", "html"], "give one of them"],
    [["test", "nosuch"], "no layer nosuch"],
    [["bench", "nosuch"], "no benchmark nosuch"],
    [[], "Usage:"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await strongroom(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain("home");
  });
});

it("a preview of a stack that exists refuses a wrong configuration before the engine is made or run", async () => {
  const configFile = join(folder, "Pulumi.there.yaml");
  writeFileSync(configFile, "config:\n  strongroom:product: nosuch\n");
  const home = join(folder, "other-home");
  const states = join(home, "state", ".pulumi", "stacks", "strongroom");
  mkdirSync(states, { recursive: true });
  writeFileSync(join(states, "there.json"), JSON.stringify({ version: 3, checkpoint: {} }));
  const { code, stderr } = await strongroomIn(
    home,
    "--stack",
    "there",
    "--config-file",
    configFile,
    "preview",
  );
  expect(stderr).toContain("strongroom:product");
  expect(code).toBe(2);
  expect(readdirSync(home)).not.toContain("pulumi");
});

describe("what needs a person is refused with 3 where none is", () => {
  it.each([
    [["--stack", "unit", "up"], "give --yes"],
    [["--stack", "unit", "init"], "--i-keep-the-passphrase"],
    [["admin-link"], "to a terminal only"],
    [["preview"], "./strongroom up makes it"],
    [["repair"], "./strongroom up makes it"],
    [["down"], "./strongroom up makes it"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await strongroom(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(readdirSync(folder)).not.toContain("home");
  });
});
