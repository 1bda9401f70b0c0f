import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { dockerOnPresent } from "./docker";

const bin = mkdtempSync(join(tmpdir(), "strongroom-docker-"));
const path = process.env.PATH;
process.env.PATH = `${bin}${delimiter}${path}`;
afterAll(() => {
  process.env.PATH = path;
  rmSync(bin, { recursive: true, force: true });
});

/** Asks a docker that does what the script says. */
function ask(script: string): Promise<string> {
  writeFileSync(join(bin, "docker"), `#!/bin/bash\n${script}\n`);
  chmodSync(join(bin, "docker"), 0o755);
  return dockerOnPresent("unix:///nowhere", "image", ["image", "inspect", "a", "b"]);
}

it("leaves out what is not there", async () => {
  const answer = await ask("echo here; echo 'Error response from daemon: No such image: b' >&2; exit 1");
  expect(answer).toBe("here");
  expect(await ask("echo here")).toBe("here");
});

it.each([
  [
    "a message of its own",
    "echo here; echo 'No such image: b' >&2; echo broken >&2; exit 1",
    "image on unix:///nowhere: broken",
  ],
  ["an exit code alone, as of a call that was given up", "echo here; exit 124", "exit code 124"],
])("fails with %s", async (_, script, message) => {
  await expect(ask(script)).rejects.toThrow(message);
});
