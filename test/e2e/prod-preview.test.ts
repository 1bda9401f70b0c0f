import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
});
