import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { rehearsalInput } from "../../cli/rehearsal/input";
import { demoRaw, settingsOf } from "../../config/testing";
import { rehearse } from "./rehearsal";
import { fakeDocker } from "../testing/fake-docker";

const { folder: bin, answer } = fakeDocker();

const MIB = 1024 ** 2;

/**
 * A docker that notes its arguments and whose stack has one running container of 1000 MiB.
 * @param host memory in MiB, free disk and size of the database in bytes
 */
function onHost(host: { memory: number; free: number; size: number }): void {
  const container = JSON.stringify([
    {
      Id: "a",
      Name: "/a",
      State: { Status: "running", Running: true, ExitCode: 0 },
      Config: { Labels: {} },
      HostConfig: { Memory: 1000 * MIB },
    },
  ]);
  answer(
    `shift 2
case "$*" in *"--interactive"*) [ -t 0 ] || cat >> ${join(bin, "said")} ;; esac
echo "$*" >> ${join(bin, "calls")}
case "$*" in
  info*) echo ${host.memory * MIB} ;;
  ps*role=rehearsal*) ;;
  ps*) echo a ;;
  "network ls"*) echo network-of-before ;;
  "volume ls"*) ;;
  "container inspect --format"*) echo sha256:image ;;
  "container inspect"*) echo '${container}' ;;
  *"exec pg_dump "*) echo broken >&2; exit 1 ;;
  *df*) printf 'Avail\\n%s\\n' ${host.free} ;;
  *pg_database_size*|*"psql --no-psqlrc"*) echo ${host.size} ;;
  create*) echo made ;;
esac`,
  );
}

beforeEach(() => ["calls", "said"].forEach((name) => rmSync(join(bin, name), { force: true })));

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
    onHost({ memory: 1703, free: 1e12, size: 1e6 });
    await expect(run()).rejects.toThrow(
      "the rehearsal may take 704 MiB, what runs of the stack 1000 MiB, and the host has 1703 MiB: nothing was started",
    );
    expect(calls().some((call) => /^(create|start|volume create|network create)/.test(call))).toBe(false);
  });

  it("copies nothing where the disk could run full, and removes what it has made", async () => {
    onHost({ memory: 1704, free: 2e9 + 2048 * MIB - 1, size: 1e9 });
    await expect(run()).rejects.toThrow(
      "a copy of the database may take 3956 MiB with its migration, and the host has 3955 MiB left: nothing was copied",
    );
    expect(calls().some((call) => call.includes("pg_dump "))).toBe(false);
    expect(calls().slice(-4).join("\n")).toContain("network rm network-of-before");
  });

  it("ends its dump in production's server before it frees the stack, and one that was left before it begins", async () => {
    onHost({ memory: 1704, free: 1e12, size: 1e9 });
    await expect(run()).rejects.toThrow("broken");
    const at = (part: string, from = 0) =>
      calls().findIndex((call, index) => index >= from && call.includes(part));
    const psql = "exec --interactive database-id sh";
    const dump = at("exec pg_dump ");
    expect(calls()[dump]).toMatch(/^exec --env=PGAPPNAME=strongroom-rehearsal database-id /);
    expect(at(psql)).toBeLessThan(at("create"));
    const ended = at(psql, dump);
    expect(ended).toBeGreaterThan(dump);
    // Who takes the lock away looks first whose it is.
    expect(at("container inspect strongroom-test-lock", dump)).toBeGreaterThan(ended);
    const said = readFileSync(join(bin, "said"), "utf8");
    expect(said.split("pg_terminate_backend(pid)").length).toBe(3);
    expect(said).toContain("application_name IN ('strongroom-rehearsal')");
  });

  it("leaves production's containers the processors when both want them", async () => {
    onHost({ memory: 1704, free: 1e12, size: 1e9 });
    await expect(run()).rejects.toThrow();
    const made = calls().filter((call) => /^create .*role=rehearsal/.test(call));
    expect(made.length).toBeGreaterThan(0);
    for (const call of made) expect(call).toContain("--cpu-shares=128");
  });

  it("removes what one before has left, before anything else", async () => {
    onHost({ memory: 1, free: 1, size: 1 });
    await expect(run()).rejects.toThrow("nothing was started");
    const first = calls().findIndex((call) => call.startsWith("network rm"));
    expect(first).toBeGreaterThan(-1);
    expect(calls().findIndex((call) => call.startsWith("info"))).toBeGreaterThan(first);
  });
});
