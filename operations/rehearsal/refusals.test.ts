import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rehearsalInput } from "../../cli/rehearsal/input";
import { demoRaw, settingsOf } from "../../config/testing";
import { rehearse } from "./rehearsal";

const bin = mkdtempSync(join(tmpdir(), "strongroom-docker-"));
const path = process.env.PATH;
process.env.PATH = `${bin}${delimiter}${path}`;
afterAll(() => {
  process.env.PATH = path;
  rmSync(bin, { recursive: true, force: true });
});

const MIB = 1024 ** 2;

/**
 * A docker that notes its arguments and whose stack has one running container of 1000 MiB.
 * @param host memory in MiB, free disk and size of the database in bytes
 */
function fakeDocker(host: { memory: number; free: number; size: number }): void {
  const container = JSON.stringify([
    {
      Id: "a",
      Name: "/a",
      State: { Status: "running", Running: true, ExitCode: 0 },
      Config: { Labels: {} },
      HostConfig: { Memory: 1000 * MIB },
    },
  ]);
  writeFileSync(
    join(bin, "docker"),
    `#!/bin/bash
shift 2
echo "$*" >> ${join(bin, "calls")}
case "$*" in
  info*) echo ${host.memory * MIB} ;;
  ps*role=rehearsal*) ;;
  ps*) echo a ;;
  "network ls"*) echo network-of-before ;;
  "volume ls"*) ;;
  "container inspect --format"*) echo sha256:image ;;
  "container inspect"*) echo '${container}' ;;
  *df*) printf 'Avail\\n%s\\n' ${host.free} ;;
  *pg_database_size*|*"psql --no-psqlrc"*) echo ${host.size} ;;
  create*) echo made ;;
esac
`,
  );
  chmodSync(join(bin, "docker"), 0o755);
}

beforeEach(() => rmSync(join(bin, "calls"), { force: true }));

const calls = () => readFileSync(join(bin, "calls"), "utf8").split("\n").filter(Boolean);
const run = () =>
  rehearse(
    rehearsalInput(settingsOf(demoRaw()), "database-id"),
    (_, work) => work(),
    () => undefined,
  );

describe("a rehearsal", () => {
  it("starts nothing where production could lose its memory", async () => {
    // 512 for the database, 192 for one service at a time, 1000 for what runs.
    fakeDocker({ memory: 1703, free: 1e12, size: 1e6 });
    await expect(run()).rejects.toThrow(
      "the rehearsal may take 704 MiB, what runs of the stack 1000 MiB, and the host has 1703 MiB: nothing was started",
    );
    expect(calls().some((call) => /^(create|start|volume create|network create)/.test(call))).toBe(false);
  });

  it("copies nothing where the disk could run full, and removes what it has made", async () => {
    fakeDocker({ memory: 1704, free: 2e9 - 1, size: 1e9 });
    await expect(run()).rejects.toThrow(
      "a copy of the database may take 1908 MiB with its migration, and the host has 1907 MiB left: nothing was copied",
    );
    expect(calls().some((call) => call.includes("pg_dump "))).toBe(false);
    expect(calls().slice(-4).join("\n")).toContain("network rm network-of-before");
  });

  it("removes what one before has left, before anything else", async () => {
    fakeDocker({ memory: 1, free: 1, size: 1 });
    await expect(run()).rejects.toThrow("nothing was started");
    const first = calls().findIndex((call) => call.startsWith("network rm"));
    expect(first).toBeGreaterThan(-1);
    expect(calls().findIndex((call) => call.startsWith("info"))).toBeGreaterThan(first);
  });
});
