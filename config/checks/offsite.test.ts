import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, settingsOf, testDigest, withValue } from "../testing";

/** As much of a key's file as says how it is encrypted; of no key. */
function keyFile(cipher: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(cipher.length);
  const bytes = Buffer.concat([Buffer.from("openssh-key-v1\0"), length, Buffer.from(`${cipher}, and so on`)]);
  const lines = bytes.toString("base64").replace(/.{30}/g, "$&\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const offsite = {
  type: "ssh",
  host: "backup.example.com",
  user: "vault",
  hostKey: `ssh-ed25519 ${"A".repeat(68)}`,
  key: keyFile("none"),
};
const raw = (change: object) =>
  withValue(demoRaw(), "backup", {
    image: { id: testDigest },
    recipients: [`age1${"q".repeat(58)}`, `age1${"p".repeat(58)}`],
    offsite: { ...offsite, ...change },
  });

describe("backup.offsite", () => {
  it("has a port, limits and a secret key", () => {
    const { key, ...settings } = settingsOf(raw({})).backup!.offsite!;
    expect(settings).toMatchObject({ port: 22, limits: { memoryMiB: 256, cpus: 1, processes: 256 } });
    expect(String(key)).toBe("[secret]");
  });

  it("is refused without a pinned host key", () => {
    for (const hostKey of [undefined, "", "*", "ssh-ed25519", `ssh-ed25519 ${"A".repeat(68)}\nother`])
      expect(pathsOf(raw({ hostKey })), String(hostKey)).toEqual(["backup.offsite.hostKey"]);
  });

  it("is refused where a host or a user would be an option of ssh, or several words", () => {
    for (const host of ["-oProxyCommand=x", "a b", "", "a/b"])
      expect(pathsOf(raw({ host }))).toEqual(["backup.offsite.host"]);
    for (const user of ["-l", "a b", "a@b"]) expect(pathsOf(raw({ user }))).toEqual(["backup.offsite.user"]);
  });

  it("is refused with a key that ssh would not take without asking, and does not repeat it", () => {
    for (const [key, reason] of [
      ["hunter2", "no private key"],
      [keyFile("aes256-ctr"), "has a passphrase"],
    ] as const) {
      const [problem] = problemsOf(raw({ key }));
      expect(problem).toMatchObject({ path: "backup.offsite.key" });
      expect(problem!.reason).toContain(reason);
      expect(JSON.stringify(problem)).not.toContain(key.split("\n")[0]);
    }
  });
});
