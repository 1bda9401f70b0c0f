import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../support/certificates";
import { committedConfig, type ProgramRun, runProgram, TYPES } from "./program";

const twin = "twin.localhost";

describe("a stack with certificates of the operator's own", () => {
  let shared: TestCertificate, saml: TestCertificate, root: TestCertificate;
  let run: ProgramRun;
  beforeAll(async () => {
    root = await issue({ name: "Root" });
    const issuer = await issue({ name: "Intermediate", issuer: root });
    shared = await issue({ name: "shared", issuer, names: ["vault.localhost", twin] });
    saml = await issue({ name: "saml" });
    const config: Record<string, unknown> = await committedConfig("Pulumi.dev.yaml");
    const services = structuredClone(config.services) as Record<string, Record<string, unknown>>;
    services.server!.aliases = [twin];
    services.server!.ssoCertificate = { certificate: "shared", announced: "saml" };
    const certificates = {
      default: { mode: "custom", use: "shared" },
      custom: {
        shared: { certificate: shared.chain, key: shared.key, root: root.pem, generation: 4 },
        saml: { certificate: saml.pem, key: saml.key, purpose: "sso" },
      },
    };
    run = await runProgram({ ...config, services, certificates }, "dev", ["certificates"]);
  });

  const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;
  const stdinOf = (name: string | RegExp) =>
    JSON.parse((run.find(TYPES.command, name).inputs.stdin as { value: string }).value) as {
      content: string;
      entries: { path: string; content?: string; mode: string }[];
    };

  it("gives the edge one for all domains that use it", () => {
    const { tls } = JSON.parse(stdinOf("routes-apply").content) as {
      tls: { certificates: { certFile: string }[] };
    };
    expect(tls.certificates.map(({ certFile }) => certFile)).toEqual([shared.chain]);
  });

  it("gives a service its first certificate alone and its key, readable by it alone", () => {
    const { entries } = stdinOf(/^server-.*-files-write$/);
    const file = (name: string) => entries.find(({ path }) => path === name)!;
    expect(file("sp.crt").content!.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    expect(fingerprint(file("sp.crt").content!)).toBe(fingerprint(shared.pem));
    expect(file("sp.key").content).toBe(shared.key);
    expect([file("sp.crt").mode, file("sp.key").mode]).toEqual(["0400", "0400"]);
    expect(stdinOf(/^dashboard-.*-files-write$/).entries.map(({ path }) => path)).not.toContain("sp.key");
  });

  it("says in its outputs which generation is what, and what identity providers are to know", () => {
    const [first, second] = shared.chain.match(/-----BEGIN[^]*?END CERTIFICATE-----/g)!.map(fingerprint);
    expect(run.outputs.customCertificates).toEqual({
      "certificates.custom.saml": { generation: 1, fingerprints: [fingerprint(saml.pem)] },
      "certificates.custom.shared": { generation: 4, fingerprints: [first, second] },
    });
    expect(run.outputs.ssoCertificates).toEqual({
      server: {
        inUse: { certificate: "shared", fingerprint: first },
        announced: { certificate: "saml", fingerprint: fingerprint(saml.pem) },
      },
    });
  });
});
