import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { processIdentity } from "../operations/process-identity";
import { withFileLock } from "./file-lock";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("holds the lock during the work and leaves nothing behind", async () => {
  const path = join(folder, "deep", "lock");
  expect(await withFileLock(path, async () => existsSync(path))).toBe(true);
  expect(readdirSync(join(folder, "deep"))).toEqual([]);
});

it("gives the lock back when the work fails", async () => {
  const path = join(folder, "lock");
  await expect(withFileLock(path, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(readdirSync(folder)).toEqual([]);
});

it("waits for a living process, and says for which", async () => {
  const path = join(folder, "lock");
  writeFileSync(path, JSON.stringify(processIdentity(process.ppid)));
  let told = 0;
  const work = withFileLock(
    path,
    async () => told,
    (holder) => {
      told = holder;
      rmSync(path);
    },
  );
  expect(await work).toBe(process.ppid);
});

it("takes over from a process that has ended", async () => {
  const path = join(folder, "lock");
  const ended = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
  writeFileSync(path, JSON.stringify({ ...processIdentity(), pid: ended, started: "1" }));
  const waited = vi.fn();
  expect(await withFileLock(path, async () => "done", waited)).toBe("done");
  expect(waited).not.toHaveBeenCalled();
});

it("takes over a lock file that is not whole", async () => {
  const path = join(folder, "lock");
  writeFileSync(path, "{");
  expect(await withFileLock(path, async () => "done")).toBe("done");
});
