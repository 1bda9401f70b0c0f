import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { isSecret, Project } from "./engine";

let project: Project;
beforeEach(async () => {
  project = await Project.create();
  return () => project.remove();
});

/** A program with a root and a leaf named `name`; `leaf` is added to the leaf's arguments. */
function chain({
  name = "chain",
  key = `{ algorithm: "ECDSA", ecdsaCurve: "P256" }`,
  leaf = "",
} = {}): string {
  return `{
    const rootKey = new tls.PrivateKey("${name}-root", ${key});
    const root = new tls.SelfSignedCert("${name}-root", {
      privateKeyPem: rootKey.privateKeyPem, subject: { commonName: "Root", organization: "Example" },
      isCaCertificate: true, setSubjectKeyId: true, setAuthorityKeyId: true,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"], validityPeriodHours: 87600,
    });
    const leafKey = new tls.PrivateKey("${name}-leaf", ${key});
    const request = new tls.CertRequest("${name}-leaf", {
      privateKeyPem: leafKey.privateKeyPem, subject: { commonName: "vault.example" },
      dnsNames: ["vault.example"], ipAddresses: ["127.0.0.1"], uris: ["spiffe://example/vault"],
    });
    const leaf = new tls.LocallySignedCert("${name}-leaf", {
      certRequestPem: request.certRequestPem, caCertPem: root.certPem, caPrivateKeyPem: rootKey.privateKeyPem,
      allowedUses: ["digital_signature", "server_auth"], validityPeriodHours: 48, setSubjectKeyId: true, ${leaf}
    });
    exports["${name}"] = { root: root.certPem, leaf: leaf.certPem, key: leafKey.privateKeyPem,
                           pkcs8: leafKey.privateKeyPemPkcs8, end: leaf.validityEndTime };
  }`;
}

/** The leaf of the program \`chain()\`. */
async function leafCertificate(): Promise<string | undefined> {
  return (await project.outputs<Record<string, Record<string, string>>>()).chain?.leaf;
}

describe("tls", () => {
  test("issues chains that verify, whatever the keys", async () => {
    const keys = {
      P256: [`{ algorithm: "ECDSA", ecdsaCurve: "P256" }`, "EC PRIVATE KEY"],
      P384: [`{ algorithm: "ECDSA", ecdsaCurve: "P384" }`, "EC PRIVATE KEY"],
      RSA: [`{ algorithm: "RSA", rsaBits: 3072 }`, "RSA PRIVATE KEY"],
      ED25519: [`{ algorithm: "ED25519" }`, "PRIVATE KEY"],
    } as const;
    await project.program(
      Object.entries(keys)
        .map(([name, [key]]) => chain({ name, key }))
        .join("\n"),
    );
    await project.mustUp();
    const outputs = await project.outputs<Record<string, Record<string, string>>>();

    for (const [name, [, label]] of Object.entries(keys)) {
      const out = outputs[name] ?? {};
      const root = new X509Certificate(out.root ?? "");
      const leaf = new X509Certificate(out.leaf ?? "");
      expect(out.key, name).toContain(`-----BEGIN ${label}-----`);
      expect(out.pkcs8, name).toContain("-----BEGIN PRIVATE KEY-----");
      expect(leaf.checkPrivateKey(createPrivateKey(out.key ?? "")), name).toBe(true);
      expect(leaf.checkPrivateKey(createPrivateKey(out.pkcs8 ?? "")), name).toBe(true);
      expect(root.ca, name).toBe(true);
      expect(root.verify(root.publicKey), name).toBe(true);
      expect(leaf.ca, name).toBe(false);
      // checkIssued compares the names, and the AKID with the issuer's SKID.
      expect(leaf.checkIssued(root), name).toBe(true);
      expect(leaf.verify(root.publicKey), name).toBe(true);
      expect(leaf.subjectAltName, name).toBe(
        "DNS:vault.example, IP Address:127.0.0.1, URI:spiffe://example/vault",
      );
      expect(leaf.keyUsage, name).toEqual(["1.3.6.1.5.5.7.3.1"]); // serverAuth
      const [from, to] = [new Date(leaf.validFrom).getTime(), new Date(leaf.validTo).getTime()];
      expect(to - from, name).toBe(48 * 3600_000);
      expect(new Date(out.end ?? "").getTime(), name).toBe(to);
    }
  });

  test("plans nothing on the next preview, and nothing after a refresh", async () => {
    await project.program(chain());
    await project.mustUp();
    await project.must("preview", "--expect-no-changes");
    await project.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await project.must("preview", "--expect-no-changes");
  });

  test("has the official property names, and keeps private keys encrypted", async () => {
    await project.program(chain());
    await project.mustUp();
    const names = async (type: string): Promise<string[]> => {
      const outputs = (await project.recorded(type))[0]?.outputs ?? {};
      return Object.keys(outputs).filter((name) => !name.startsWith("__") && name !== "id");
    };
    expect(await names("PrivateKey")).toEqual(
      expect.arrayContaining([
        ...["algorithm", "ecdsaCurve", "privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"],
        ...[
          "publicKeyFingerprintMd5",
          "publicKeyFingerprintSha256",
          "publicKeyOpenssh",
          "publicKeyPem",
          "rsaBits",
        ],
      ]),
    );
    const issued = ["certPem", "readyForRenewal", "validityEndTime", "validityStartTime"];
    expect(await names("SelfSignedCert")).toEqual(
      expect.arrayContaining([...issued, "keyAlgorithm", "privateKeyPem"]),
    );
    expect(await names("CertRequest")).toEqual(expect.arrayContaining(["certRequestPem", "keyAlgorithm"]));
    expect(await names("LocallySignedCert")).toEqual(
      expect.arrayContaining([...issued, "caKeyAlgorithm", "caCertPem"]),
    );

    const secrets: Record<string, string[]> = {
      PrivateKey: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
      SelfSignedCert: ["privateKeyPem"],
      CertRequest: ["privateKeyPem"],
      LocallySignedCert: ["caPrivateKeyPem"],
    };
    for (const [type, properties] of Object.entries(secrets)) {
      for (const { inputs, outputs } of await project.recorded(type)) {
        for (const property of properties) {
          expect(isSecret(outputs?.[property]), `${type}.${property}`).toBe(true);
          if (property in (inputs ?? {}))
            expect(isSecret(inputs?.[property]), `${type}.${property}`).toBe(true);
        }
        expect(isSecret(outputs?.publicKeyPem ?? outputs?.certPem ?? outputs?.certRequestPem)).toBe(false);
      }
    }
    expect(await project.deployment()).not.toContain("PRIVATE KEY");
    expect(await project.must("preview", "--diff")).not.toContain("PRIVATE KEY");
  });

  test("plans a replacement inside the renewal window, and only there", async () => {
    await project.program(chain({ leaf: "earlyRenewalHours: 1" }));
    await project.mustUp();
    const before = await leafCertificate();

    // 47 of 48 hours early: not yet. The hours are not in the certificate, so they change in place.
    await project.program(chain({ leaf: "earlyRenewalHours: 47" }));
    expect(await project.planned("LocallySignedCert")).toEqual(["update"]);
    await project.mustUp();
    expect(await leafCertificate()).toBe(before);

    await project.program(chain({ leaf: "earlyRenewalHours: 48" }));
    const [step] = await project.plan("LocallySignedCert");
    expect(step?.op).toBe("replace");
    expect(Object.keys(step?.detailedDiff ?? {})).toContain("readyForRenewal");
    expect(await project.planned("SelfSignedCert")).toEqual([]);
    await project.mustUp();
    expect(await leafCertificate()).not.toBe(before);
  });

  test("says on a refresh that a certificate is ready for renewal", async () => {
    await project.program(chain({ leaf: "earlyRenewalHours: 48" }));
    await project.mustUp();
    await project.must("refresh", "--yes", "--skip-preview");
    expect((await project.recorded("LocallySignedCert"))[0]?.outputs?.readyForRenewal).toBe(true);
    expect((await project.recorded("SelfSignedCert"))[0]?.outputs?.readyForRenewal).toBe(false);
  });

  test("replaces a certificate for anything that is in it", async () => {
    await project.program(chain());
    await project.mustUp();
    for (const leaf of [
      `allowedUses: ["client_auth"]`,
      "validityPeriodHours: 24",
      "setSubjectKeyId: false",
    ]) {
      await project.program(chain({ leaf }));
      expect(await project.planned("LocallySignedCert"), leaf).toEqual(["replace"]);
      expect(await project.planned("PrivateKey"), leaf).toEqual([]);
    }
  });

  test("replaces all that hangs on a key, when the key is replaced", async () => {
    await project.program(chain());
    await project.mustUp();
    await project.program(chain({ key: `{ algorithm: "ECDSA", ecdsaCurve: "P384" }` }));
    for (const type of ["SelfSignedCert", "CertRequest", "LocallySignedCert"]) {
      expect(await project.planned(type), type).toEqual(["replace"]);
    }
  });
});

describe.skipIf(process.env.STRONGROOM_PLUGINS === "official")("the stand-in for tls", () => {
  test.each([
    [`tls.getCertificate({ url: "https://127.0.0.1:1" })`, "tls:index/getCertificate:getCertificate"],
    [
      `new tls.SelfSignedCert("x", { privateKeyPemWo: "k", allowedUses: [], validityPeriodHours: 1 })`,
      "privateKeyPemWo",
    ],
  ])("refuses what it does not have: %s", async (program, named) => {
    await project.program(program);
    const { failed, output } = await project.run("preview");
    expect(failed).toBe(true);
    expect(output).toContain(named);
    expect(output).toContain("not supported by the stand-in for the tls plugin");
  });
});
