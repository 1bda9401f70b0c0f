import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decryptedValues } from "../../cli/decrypted-config";
import { readStackFile } from "../../config/file";
import { CHECKOUT, TestStack } from "./support/test-stack";

describe("the production reference on the real engine", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.fromReference("Pulumi.prod.yaml");
    const env = await stack.mustRun(["env"]);
    for (const [path, value] of [
      ["dns.apiToken", "an-api-token-of-the-operator"],
      ["smtp.password", "a-password-of-the-operator"],
    ]) {
      await execa("bash", [
        "-c",
        `${env}\ncd ${CHECKOUT}\npulumi config set --secret --path 'strongroom:${path}' ${value}`,
      ]);
    }
  });
  afterAll(() => stack?.destroy());

  it("previews without its Docker host, its DNS provider or a secret in the output", async () => {
    const { exitCode, output } = await stack.run(["preview", "--diff"]);
    expect(exitCode, output).toBe(0);
    for (const part of ["dnsRecord:DnsRecord", "upsignonpro-admin.example.com", "remoteImage:RemoteImage"]) {
      expect(output).toContain(part);
    }
    expect(output).not.toMatch(/of-the-operator/);
  });

  it("previews without its state and its secrets, whose ciphertext it does not even try", async () => {
    const written = readFileSync(stack.configFile, "utf8");
    const folder = readdirSync(tmpdir()).filter((name) => name.startsWith("strongroom-preview-"));
    // What another secrets manager has encrypted.
    writeFileSync(stack.configFile, written.replace(/secure: v1:.*/g, "secure: v1:AAAA:AAAA"));
    const { exitCode, output } = await stack.run(["preview", "--without-state"]);
    writeFileSync(stack.configFile, written);
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/^Stack \S+: \d+ created\n {2}WITHOUT STATE: everything appears as new/m);
    expect(output).toContain("dnsRecord:DnsRecord");
    expect(output).not.toMatch(/Way back|5ec7e7/);
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith("strongroom-preview-"));
    expect(left.filter((name) => !folder.includes(name))).toEqual([]);
  });

  it("has its encrypted values read for what runs outside an update, whole and as they were meant", async () => {
    const env = await stack.mustRun(["env"]);
    const script = `${env}\ncd ${CHECKOUT}\npulumi config --json --show-secrets`;
    const values = decryptedValues((await execa("bash", ["-c", script])).stdout);
    expect(values.stackKey).toMatch(/^[0-9a-f]{64}$/);
    const { raw } = readStackFile(stack.configFile);
    expect(Object.keys(values).sort()).toEqual(Object.keys(raw).sort());
    expect(values).toMatchObject({
      product: raw.product,
      services: raw.services,
      dns: { apiToken: "an-api-token-of-the-operator" },
      smtp: { password: "a-password-of-the-operator" },
    });
  });
});
