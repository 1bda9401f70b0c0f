import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { releaseHash } from "../../components/service/release";
import type { Problem } from "../errors";
import { encryptedPlaceholder } from "../secret";
import { demoRaw, problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const domain = "vault.localhost";
const now = new Date("2026-06-01T12:00:00Z");

type Raw = Record<string, unknown>;

let root: TestCertificate, served: TestCertificate, alone: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Root" });
  served = await issue({ name: "served", issuer: root, names: [domain] });
  alone = await issue({ name: "alone" });
});

const server = () => ({ certificate: served.chain + root.pem, key: served.key, root: root.pem });
const sso = () => ({ certificate: alone.pem, key: alone.key, purpose: "sso" });
const raw = (ssoCertificate: Raw, custom: Raw, more: Raw = {}): Raw =>
  withValue(withValue(demoRaw(), "services/server/ssoCertificate", ssoCertificate), "certificates", {
    custom,
    ...more,
  });
const used = (name: string) => ({ domains: { [domain]: { mode: "custom", use: name } } });
const problems = (given: Raw): readonly Problem[] => problemsOf(given, { now });
const secretsOf = (given: Raw) =>
  Object.fromEntries(
    settingsOf(given, { now }).services.server!.secrets.map(({ name, secret, ...rest }) => [
      name,
      { ...rest, text: secret.reveal() },
    ]),
  );

describe("a service's certificate for single sign-on", () => {
  it("is the first one of the certificate that domains have, with its key, as files", () => {
    const given = raw({ certificate: "vault" }, { vault: server() }, used("vault"));
    const files = secretsOf(given);
    const { text, ...rest } = files["sp.crt"]!;
    expect(rest).toEqual({ delivery: "file", variable: "SSO_CERTIFICATE_FILE" });
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    expect(new X509Certificate(text).fingerprint256).toBe(new X509Certificate(served.pem).fingerprint256);
    expect(files["sp.key"]).toEqual({ delivery: "file", variable: "SSO_KEY_FILE", text: served.key });
    expect(settingsOf(given, { now }).services.server!.ssoCertificate).toEqual({
      inUse: { name: "vault", certificatePem: text },
    });
    expect(settingsOf(given, { now }).services.dashboard!.secrets.map(({ name }) => name)).not.toContain(
      "sp.crt",
    );
  });

  it("may be one that no domain has, self-signed, and is a new release; what is announced is none", () => {
    const custom = { vault: server(), saml: sso() };
    const of = (ssoCertificate: Raw) =>
      settingsOf(raw(ssoCertificate, custom, used("vault")), { now }).services.server!;
    const [before, announced, after] = [
      of({ certificate: "vault", announced: "saml" }),
      of({ certificate: "saml", announced: "vault" }),
      of({ certificate: "saml", announced: "vault" }),
    ];
    expect(before.ssoCertificate!.announced).toEqual({
      name: "saml",
      certificatePem: expect.stringContaining("BEGIN CERTIFICATE") as unknown,
    });
    expect(releaseHash(announced)).toBe(releaseHash(after));
    expect(releaseHash(before)).not.toBe(releaseHash(after));
    const quiet = settingsOf(raw({ certificate: "vault" }, { vault: server() }, used("vault")), { now });
    expect(releaseHash(quiet.services.server!)).toBe(releaseHash(before));
  });

  it("leaves a key to the engine that only the engine can decrypt", () => {
    const given = raw({ certificate: "saml" }, { saml: { ...sso(), key: encryptedPlaceholder } });
    expect(problems(given)).toEqual([]);
  });

  it("may be one that was served before, beside the one that is served now", async () => {
    const renewed = await issue({ name: "renewed", issuer: root, names: [domain] });
    const next = { ...server(), certificate: renewed.chain, key: renewed.key };
    const custom = { vault: server(), next };
    expect(problems(raw({ certificate: "vault", announced: "next" }, custom, used("next")))).toEqual([]);
  });

  const saml = "certificates.custom.saml";
  const cases: [string, () => Raw | Promise<Raw>, string, RegExp, RegExp][] = [
    [
      "with a chain",
      () => ({ ...sso(), certificate: served.chain + root.pem, key: served.key }),
      `${saml}.certificate`,
      /holds 2 certificates: for single sign-on it is shown as it is/,
      /give the first one alone/,
    ],
    [
      "with another key",
      () => ({ ...sso(), key: served.key }),
      `${saml}.key`,
      /not the key of the certificate/,
      /requested with/,
    ],
    [
      "that ended",
      async () => {
        const old = await issue({ name: "old", to: "2026-05-01" });
        return { ...sso(), certificate: old.pem, key: old.key };
      },
      `${saml}.certificate`,
      /^ended on 2026-05-01/,
      /renewed/,
    ],
    [
      "with a short key",
      async () => {
        const weak = await issue({ name: "weak", algorithm: "RSA-1024" });
        return { ...sso(), certificate: weak.pem, key: weak.key };
      },
      `${saml}.certificate`,
      /RSA 1024, which is too short/,
      /issued for/,
    ],
    [
      "that is no PEM",
      () => ({ ...sso(), certificate: "-----BEGIN x" }),
      `${saml}.certificate`,
      /BEGIN/,
      /PEM/,
    ],
    [
      "with a root",
      () => ({ ...sso(), root: root.pem }),
      `${saml}.root`,
      /nobody looks at the issuer/,
      /leave/,
    ],
  ];
  it.each(cases)("is refused %s", async (_, make, path, reason, remedy) => {
    const found = problems(raw({ certificate: "saml" }, { saml: await make() }));
    expect(found).toEqual([
      expect.objectContaining({
        path,
        reason: expect.stringMatching(reason) as unknown,
        remedy: expect.stringMatching(remedy) as unknown,
      }),
    ]);
  });

  it("is refused under a name that is not there, and announced where it is in use", () => {
    const path = "services.server.ssoCertificate";
    expect(problems(raw({ certificate: "samml" }, { saml: sso() })).map((each) => each.path)).toEqual([
      saml,
      `${path}.certificate`,
    ]);
    expect(problems(raw({ certificate: "saml", announced: "next" }, { saml: sso() }))).toEqual([
      expect.objectContaining({ path: `${path}.announced`, reason: "there is no such certificate" }),
    ]);
    expect(problems(raw({ certificate: "saml", announced: "saml" }, { saml: sso() }))).toEqual([
      expect.objectContaining({
        path: `${path}.announced`,
        reason: expect.stringContaining("nothing to announce") as unknown,
      }),
    ]);
  });

  it("is refused for a service whose product takes none, and its variables in the environment", () => {
    const other = withValue(publicRaw(), "certificates", { custom: { saml: sso() } });
    const found = problems(withValue(other, "services/server/ssoCertificate", { certificate: "saml" }));
    expect(found).toEqual([
      expect.objectContaining({
        path: "services.server.ssoCertificate",
        reason: "UpSignOn PRO's server takes no certificate for single sign-on",
        remedy: "leave it out",
      }),
    ]);
    const dashboard = withValue(demoRaw(), "services/dashboard/ssoCertificate", { certificate: "saml" });
    expect(problems(withValue(dashboard, "certificates", { custom: { saml: sso() } }))).toEqual([
      expect.objectContaining({ remedy: "give it to server" }),
    ]);
    const variable = withValue(demoRaw(), "services/server/environment", { SSO_KEY_FILE: "/tmp/x" });
    expect(problems(variable)).toEqual([expect.objectContaining({ reason: "is set by the stack" })]);
  });
});
