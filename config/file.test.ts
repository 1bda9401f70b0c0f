import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError } from "./errors";
import { readStackFile } from "./file";
import { encryptedPlaceholder } from "./secret";

const folder = mkdtempSync(join(tmpdir(), "strongroom-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "Pulumi.test.yaml");
  writeFileSync(path, text);
  return path;
}

describe("readStackFile", () => {
  it("reads the project's keys and puts a placeholder for what is encrypted", () => {
    const { raw, secretPaths, isEncrypted } = readStackFile(
      file(`
encryptionsalt: v1:abc
config:
  other:key: ignored
  strongroom:product: demo
  strongroom:localBuilds: true
  strongroom:stackKey:
    secure: v1:AAAA
  strongroom:services:
    server: { secrets: { A: { value: { secure: v1:BBBB } }, B: { value: plain } } }
`),
    );
    expect(raw).toEqual({
      product: "demo",
      localBuilds: true,
      stackKey: encryptedPlaceholder,
      services: { server: { secrets: { A: { value: encryptedPlaceholder }, B: { value: "plain" } } } },
    });
    expect(secretPaths).toEqual(["stackKey", "services.server.secrets.A.value"]);
    expect(isEncrypted(["services", "server", "secrets", "A", "value"])).toBe(true);
    expect(isEncrypted(["services", "server", "secrets", "B", "value"])).toBe(false);
  });

  it("understands what Pulumi writes: booleans and objects as strings", () => {
    const { raw } = readStackFile(
      file(`config: {"strongroom:localBuilds": "true", "strongroom:edge": '{"a":1}'}`),
    );
    expect(raw).toEqual({ localBuilds: true, edge: { a: 1 } });
  });

  it("takes a file without a configuration as an empty one", () => {
    expect(readStackFile(file("")).raw).toEqual({});
    expect(readStackFile(file("encryptionsalt: x")).raw).toEqual({});
  });

  it.each([
    ["config: [", "line 1"],
    ["config:\n  strongroom:a: hunter2\n  strongroom:a: hunter2", "line 3"],
    ["config: hunter2", "not a map"],
    ["config: [hunter2]", "not a map"],
  ])("refuses %j without quoting it", (text, reason) => {
    const read = () => readStackFile(file(text));
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(reason);
    expect(read).not.toThrow(/hunter2/);
  });

  it("says that there is no file", () => {
    expect(() => readStackFile(join(folder, "none.yaml"))).toThrow(/none.yaml.*\n.*ENOENT/);
  });
});
