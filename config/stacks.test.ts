import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStackFile } from "./file";
import { parseSettings } from "./parse";
import { encryptedPlaceholder } from "./secret";
import { testContext } from "./testing";
import { valueAt } from "./walk";

const read = (stack: string) => readStackFile(join(__dirname, "..", `Pulumi.${stack}.yaml`));

describe("Pulumi.dev.yaml", () => {
  it("is valid, holds no secret and is reachable from this machine only", () => {
    const { raw, secretPaths, isEncrypted } = read("dev");
    const settings = parseSettings(raw, { ...testContext, stack: "dev", isEncrypted });
    expect(secretPaths).toEqual([]);
    expect(settings.profile.name).toBe("demo");
    expect(settings.edge.addresses).toEqual(["127.0.0.1"]);
    expect(settings.services.dashboard!.pathPrefix).toBe("/admin");
  });

  it("fits a machine with two cores and 2 GiB", () => {
    const { edge, services, database } = parseSettings(read("dev").raw, { ...testContext, stack: "dev" });
    const limits = [edge, database, ...Object.values(services)].map((part) => part.limits);
    // Two releases stand side by side while one takes over from the other.
    const overlap = Object.values(services).map((service) => service.limits);
    const memory = [...limits, ...overlap].reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
    expect(memory).toBeLessThanOrEqual(1536);
  });
});

describe("Pulumi.prod.yaml", () => {
  const { raw, secretPaths, isEncrypted } = read("prod");
  const context = { ...testContext, stack: "prod", isEncrypted };

  it("is valid as it stands: every secret in it is encrypted", () => {
    expect(secretPaths).toEqual(["dns.apiToken", "smtp.password"]);
    expect(parseSettings(raw, context).profile.name).toBe("upsignon-pro");
  });

  it("is valid with secrets in place of the placeholders, and gives them to the product", () => {
    const decrypted = structuredClone(raw);
    for (const path of secretPaths) {
      const keys = path.split(".");
      const parent = valueAt(decrypted, keys.slice(0, -1)) as Record<string, unknown>;
      parent[keys.at(-1)!] = `secret of ${path}`;
    }
    expect(JSON.stringify(decrypted)).not.toContain(encryptedPlaceholder);
    const { services, certificates, dns } = parseSettings(decrypted, context);
    const smtp = services.server!.secrets.find(({ name }) => name === "SMTP_PASSWORD");
    expect(smtp!.secret.reveal()).toBe("secret of smtp.password");
    expect(dns.apiToken!.reveal()).toBe("secret of dns.apiToken");
    expect(Object.keys(certificates.domains)).toEqual([
      "upsignonpro-admin.example.com",
      "upsignonpro.example.com",
    ]);
  });
});
