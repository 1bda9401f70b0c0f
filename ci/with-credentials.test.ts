import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { run, type Ended } from "./throw-away";

const folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const temporary = join(folder, "tmp");
mkdirSync(temporary);
// In the place of ssh: prints how it was called and what it was told.
const bin = join(folder, "bin");
mkdirSync(bin);
writeFileSync(join(bin, "ssh"), '#!/bin/sh\necho "ssh $*"\ncat "$2"\n');
chmodSync(join(bin, "ssh"), 0o755);

const credentials = {
  STACK: "prod",
  PULUMI_BACKEND_URL: "s3://bucket",
  STRONGROOM_PASSPHRASE: "the passphrase",
  STRONGROOM_SSH_KEY: "-----BEGIN KEY-----\r\nthe key\r\n-----END KEY-----",
  STRONGROOM_KNOWN_HOSTS: "vault-1.example.com ssh-ed25519 AAAA",
  AWS_SECRET_ACCESS_KEY: "for the engine",
};

function withCredentials(
  script: string,
  env: Record<string, string> = credentials,
  told?: (pid: number) => void,
): Promise<Ended> {
  return run([join(__dirname, "with-credentials.sh"), "bash", "-c", script], {
    cwd: folder,
    env: { TMPDIR: temporary, ...env, PATH: `${bin}:${process.env.PATH}` },
    ...(told ? { told } : {}),
  });
}

it("gives a command files that nobody else can read, and removes them", async () => {
  const { stdout, code } = await withCredentials(
    'cd "$STRONGROOM_HOME/.."; find . -type f -printf "%m %p\\n" -o -type d -printf "%m %p\\n" | sort; cat home/stacks/prod/passphrase ssh/key ssh/known_hosts; exit 5',
  );
  expect(code).toBe(5);
  expect(stdout.split("\n")).toEqual([
    "600 ./home/stacks/prod/passphrase",
    "600 ./ssh/config",
    "600 ./ssh/key",
    "600 ./ssh/known_hosts",
    "700 .",
    "700 ./home",
    "700 ./home/stacks",
    "700 ./home/stacks/prod",
    "700 ./ssh",
    "700 ./ssh/bin",
    "700 ./ssh/bin/ssh",
    "the passphrase",
    "-----BEGIN KEY-----",
    "the key",
    "-----END KEY-----",
    credentials.STRONGROOM_KNOWN_HOSTS,
    "",
  ]);
  expect(readdirSync(temporary)).toEqual([]);
});

it("leaves no secret of its own in the environment, and the engine's where they are", async () => {
  const { stdout } = await withCredentials("env");
  expect(stdout).not.toMatch(/the passphrase|the key|ssh-ed25519/);
  expect(stdout).toContain("AWS_SECRET_ACCESS_KEY=for the engine");
});

it("has ssh trust the pinned key alone, and ask nobody", async () => {
  const { stdout } = await withCredentials("ssh -l deploy vault-1.example.com docker system dial-stdio");
  const [call, ...settings] = stdout.trimEnd().split("\n");
  const [, file] = /^ssh -F (\S+)\/config -l deploy vault-1\.example\.com docker system dial-stdio$/.exec(
    call!,
  )!;
  expect(settings).toEqual(
    expect.arrayContaining([
      "BatchMode yes",
      "StrictHostKeyChecking yes",
      `UserKnownHostsFile ${file}/known_hosts`,
      "GlobalKnownHostsFile /dev/null",
      "UpdateHostKeys no",
      "IdentitiesOnly yes",
      `IdentityFile ${file}/key`,
      "IdentityAgent none",
    ]),
  );
});

it("has all calls to a host share one connection, where a socket can be bound", async () => {
  const settings = async (TMPDIR: string) =>
    (await withCredentials("ssh there", { ...credentials, TMPDIR })).stdout.split("\n");
  expect(await settings("/tmp")).toContain("ControlMaster auto");
  // unix(7): 108 bytes; a longer name would end every call.
  const long = join(folder, "a".repeat(30));
  mkdirSync(long);
  expect(await settings(long)).toContain("ConnectTimeout 20");
  expect((await settings(long)).join()).not.toContain("Control");
});

it("has neither key nor passphrase where none is given", async () => {
  const { stdout } = await withCredentials('cd "$STRONGROOM_HOME/.."; find . -type f; cat ssh/known_hosts', {
    STACK: "prod",
    PULUMI_BACKEND_URL: "s3://bucket",
  });
  expect(stdout.trim().split("\n").sort()).toEqual(["./ssh/bin/ssh", "./ssh/config", "./ssh/known_hosts"]);
});

it.each([
  ["STACK", "", "STACK"],
  ["STACK", "../../x", "STACK"],
  ["PULUMI_BACKEND_URL", "", "needs remote state"],
  ["STRONGROOM_KNOWN_HOSTS", "", "pinned, never asked for"],
])("does nothing with %s=%j", async (name, value, why) => {
  const { code, stdout, stderr } = await withCredentials("echo run", { ...credentials, [name]: value });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(why);
  expect(readdirSync(temporary)).toEqual([]);
});

it.each(["SIGTERM", "SIGINT"] as const)(
  "passes %s on, waits for the command's end, and cleans up",
  async (signal) => {
    const { code, stdout } = await withCredentials(
      'trap "echo told; sleep 0.2; echo done; exit 7" TERM; echo begun; for _ in $(seq 400); do sleep 0.05; done',
      credentials,
      (pid) => process.kill(pid, signal),
    );
    expect(stdout).toBe("begun\ntold\ndone\n");
    expect(code).toBe(7);
    expect(readdirSync(temporary)).toEqual([]);
  },
);
