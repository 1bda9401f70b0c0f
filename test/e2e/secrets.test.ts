import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker, TestStack } from "./support/test-stack";

describe("the secrets of a stack", () => {
  let stack: TestStack;
  let upOutput = "";
  const commandLines = new Set<string>();
  /** Name to value of every secret there is. */
  const secrets: Record<string, string> = {};

  beforeAll(async () => {
    stack = await TestStack.create();
    const run = stack.start(["up", "--yes", "--verbose"]);
    const watch = setInterval(() => collectCommandLines(commandLines), 20);
    const result = await run;
    clearInterval(watch);
    upOutput = result.output;
    expect(result.exitCode, upOutput).toBe(0);
    await gather();
  });
  afterAll(() => stack?.destroy());

  /** From where each secret must be: the stack's own folder, and the files of the container that needs it. */
  async function gather(): Promise<void> {
    const folder = stack.stackFolder;
    for (const file of ["passphrase", "stack.key"]) {
      try {
        secrets[file] = readFileSync(join(folder, file), "utf8").trim();
      } catch {
        // A stack may have its key in its config instead.
      }
    }
    for (const container of await stack.containers("service")) {
      const names = (await docker("exec", container, "ls", "/run/strongroom/secrets"))
        .split("\n")
        .filter(Boolean);
      for (const name of names) {
        secrets[`${container.slice(0, 6)} ${name}`] = await docker(
          "exec",
          container,
          "cat",
          `/run/strongroom/secrets/${name}`,
        );
      }
    }
    const [edge] = await stack.containers("edge");
    const routes = await docker(
      "exec",
      edge!,
      "cat",
      `/etc/strongroom/edge/instances/${edge!.slice(0, 12)}/routes.yml`,
    );
    const { tls } = JSON.parse(routes) as { tls: { certificates: { keyFile: string }[] } };
    secrets["private key"] = tls.certificates[0]!.keyFile.split("\n")[1]!;
  }

  const found = (text: string) =>
    Object.entries(secrets)
      .filter(([, value]) => text.includes(value))
      .map(([name]) => name);

  it("are there to be looked for", () => {
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(6);
    for (const [name, value] of Object.entries(secrets)) expect(value.length, name).toBeGreaterThan(20);
  });

  it("are not in the output of up or preview", async () => {
    stack.setRelease("1.1.0");
    const previews = await Promise.all([stack.run(["preview"]), stack.run(["preview", "--json"])]);
    stack.setRelease("1.0.0");
    expect(found(upOutput)).toEqual([]);
    for (const { output } of previews) expect(found(output)).toEqual([]);
  });

  it("are not in state in clear", () => {
    for (const file of stateFiles(stack)) expect(found(readFileSync(file, "utf8")), file).toEqual([]);
  });

  it("are on no command line while the stack is made", () => {
    expect([...commandLines].some((line) => line.includes("operations/start.cjs"))).toBe(true);
    for (const line of commandLines) expect(found(line), line.slice(0, 200)).toEqual([]);
  });

  it("are in no container's docker inspect and no log", async () => {
    const ids = (
      await docker("ps", "--all", "--quiet", "--filter", `label=strongroom.stack=${stack.name}`)
    ).split("\n");
    for (const id of ids) {
      expect(found(await docker("inspect", id)), `inspect ${id}`).toEqual([]);
      expect(found(await docker("logs", id)), `logs ${id}`).toEqual([]);
    }
  });

  it("lie outside the checkout in files of mode 0600", () => {
    for (const name of readdirSync(stack.stackFolder)) {
      if (!["passphrase", "stack.key"].includes(name)) continue;
      expect((statSync(join(stack.stackFolder, name)).mode & 0o777).toString(8)).toBe("600");
    }
  });
});

function collectCommandLines(into: Set<string>): void {
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      into.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
    } catch {
      // It has just ended.
    }
  }
}

/** The stack's state, its backups and its history. */
function stateFiles(stack: TestStack): string[] {
  const files = readdirSync(join(stack.home, "state"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file.includes(stack.name));
  expect(files.length).toBeGreaterThan(1);
  return files;
}
