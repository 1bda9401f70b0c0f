import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { create } from "./cert";

const folder = mkdtempSync(join(tmpdir(), "strongroom-cert-"));
let root: TestCertificate, leaf: TestCertificate;
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  root = await issue({ name: "Root" });
  const intermediate = await issue({ name: "Intermediate", issuer: root });
  leaf = await issue({ name: "x", issuer: intermediate, names: ["vault.example.com", "münchen.example"] });
  file("vault.pem", leaf.chain);
  file("vault.key", leaf.key);
  file("root.pem", root.pem);
  file("leaf.pem", leaf.pem);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What the command prints on stdout, and its exit code. */
async function run(...args: string[]): Promise<{ out: string; code: unknown }> {
  let out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((out += String(text)), true));
  const command = create(() => {
    throw new Error("needs no stack");
  });
  await command.parseAsync(["check", ...args], { from: "user" });
  const code = process.exitCode ?? 0;
  vi.restoreAllMocks();
  return { out, code };
}
const inFolder = (name: string): string => join(folder, name);

describe("cert check", () => {
  it("prints what a good certificate is", async () => {
    const { out, code } = await run(
      inFolder("vault.pem"),
      ...["--key", inFolder("vault.key"), "--root", inFolder("root.pem"), "--domain", "vault.example.com"],
    );
    expect(code, out).toBe(0);
    for (const text of ["vault.example.com", "CN=Intermediate", "2046-01-01", "ECDSA P-256", "no problems"])
      expect(out).toContain(text);
    expect(out).toMatch(/fingerprint {2}([0-9A-F]{2}:){31}[0-9A-F]{2}\n/);
    expect(out).toMatch(/\d{4} days left/);
  });

  it("names each file's problems, and shows nothing of a key", async () => {
    const { out, code } = await run(
      ...[inFolder("leaf.pem"), inFolder("vault.key")],
      ...["--root", inFolder("root.pem"), "--json", "--domain", "other.example.com"],
    );
    expect(code).toBe(3);
    const { files } = JSON.parse(out) as {
      files: { file: string; certificates: object[]; problems: { code: string; remedy: string }[] }[];
    };
    expect(files.map(({ problems }) => problems.map((problem) => problem.code))).toEqual([
      ["chain-missing", "name-not-covered"],
      ["swapped"],
    ]);
    expect(files.map(({ certificates }) => certificates.length)).toEqual([1, 0]);
    for (const line of leaf.key.split("\n").filter((each) => /^[^-]/.test(each)))
      expect(out).not.toContain(line);
  });

  it("takes an internationalised name as people write it", async () => {
    const { out } = await run(
      ...[inFolder("vault.pem"), "--root", inFolder("root.pem"), "--domain", "münchen.example", "--json"],
    );
    expect(out).toContain('"unicode-name"');
  });

  it("demands the days that it is told to", async () => {
    const args = [inFolder("vault.pem"), "--root", inFolder("root.pem"), "--min-days-left"];
    expect((await run(...args, "0")).code).toBe(0);
    const ended = await issue({ name: "x", issuer: root, names: ["a.example"], to: "2026-02-01" });
    expect((await run(file("ended.pem", ended.chain), ...args.slice(1), "0")).out).toContain(
      "ended on 2026-02-01",
    );
  });

  it("refuses arguments that it cannot use", async () => {
    await expect(run(inFolder("none.pem"))).rejects.toThrow(/none\.pem cannot be read \(ENOENT\)/);
    await expect(run(folder)).rejects.toThrow(/EISDIR/);
    await expect(
      run(inFolder("vault.pem"), inFolder("leaf.pem"), "--key", inFolder("vault.key")),
    ).rejects.toThrow(/one certificate file/);
    await expect(run(inFolder("vault.pem"), "--min-days-left", "soon")).rejects.toThrow(/whole days/);
  });
});
