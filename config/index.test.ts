import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadSettings } from ".";
import { demoRaw, publicRaw, testDigest, testKey } from "./testing";

const folder = mkdtempSync(join(tmpdir(), "strongroom-stack-"));
const images = { "demo:1.0.0": testDigest, "edge:3.6.7": testDigest, "postgres:15": testDigest };
writeFileSync(join(folder, "stack.key"), `${testKey}\n`);
writeFileSync(join(folder, "images.json"), JSON.stringify(images));
afterAll(() => rmSync(folder, { recursive: true }));

/** Hands the configuration over as the engine does: every value a string. */
function configure(raw: Record<string, unknown>, secretKeys: string[] = []): void {
  const values = Object.entries(raw).map(([key, value]) => [
    `strongroom:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(values), secretKeys);
}

describe("loadSettings", () => {
  beforeEach(() => {
    vi.unstubAllEnvs();
    vi.stubEnv("STRONGROOM_STACK_DIR", folder);
    vi.spyOn(pulumi, "getStack").mockReturnValue("dev");
  });

  it("reads the configuration and the stack's folder", () => {
    configure(demoRaw());
    const settings = loadSettings();
    expect(settings.stack).toBe("dev");
    expect(settings.services.server!.image.reference).toBe(testDigest);
    expect(settings.database.rolePasswords.a.reveal()).toHaveLength(43);
  });

  it("takes a key of digits as text", () => {
    configure({ ...demoRaw(), stackKey: "1".repeat(64) }, ["strongroom:stackKey"]);
    expect(() => loadSettings()).not.toThrow();
  });

  it("sees keys that do not exist, and leaves other projects' alone", () => {
    configure({ ...demoRaw(), servces: {} });
    expect(() => loadSettings()).toThrow(/strongroom:servces: unknown key/);
    const values = Object.entries(demoRaw()).map(([key, value]) => [
      `strongroom:${key}`,
      JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig({
      ...Object.fromEntries(values),
      "strongroom:product": "demo",
      "aws:region": "x",
    });
    expect(() => loadSettings()).not.toThrow();
  });

  it("refuses secrets in plain text by what the engine says of their key", () => {
    const dns = { provider: "cloudflare", zoneId: "0".repeat(32), apiToken: "hunter2" };
    configure({ ...publicRaw(), dns });
    expect(() => loadSettings()).toThrow(/dns.apiToken: is a secret in plain text/);
    configure({ ...publicRaw(), dns }, ["strongroom:dns"]);
    expect(() => loadSettings()).not.toThrow();
  });

  it("misses what is not in the stack's folder, and the folder itself", () => {
    configure(demoRaw());
    vi.stubEnv("STRONGROOM_STACK_DIR", join(folder, "none"));
    expect(() => loadSettings()).toThrow(/stackKey: the stack has no key/);
    expect(() => loadSettings()).toThrow(/"demo:1.0.0"\): has not been built/);
    vi.stubEnv("STRONGROOM_STACK_DIR", undefined);
    expect(() => loadSettings()).toThrow(/STRONGROOM_STACK_DIR is not set/);
  });
});
