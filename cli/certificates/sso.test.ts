import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { ssoCertificatesInUse } from "./sso";

const now = new Date("2026-06-01T12:00:00Z");

describe("certificates for single sign-on", () => {
  let used: TestCertificate, next: TestCertificate;
  beforeAll(async () => {
    used = await issue({ name: "used", to: "2026-06-11" });
    next = await issue({ name: "next" });
  });

  const services = () => [
    {
      name: "server",
      ssoCertificate: {
        inUse: { name: "vault", certificatePem: used.pem },
        announced: { name: "saml", certificatePem: next.pem },
      },
    },
    { name: "dashboard" },
  ];
  const applied = ({ pem }: TestCertificate) => ({
    ssoCertificates: {
      server: { inUse: { certificate: "vault", fingerprint: new X509Certificate(pem).fingerprint256 } },
    },
  });

  it("are listed with what is announced, and are what the last update gave", () => {
    expect(ssoCertificatesInUse(services(), applied(used), now, 5)).toMatchObject([
      { service: "server", name: "vault", inUse: true, certificate: { daysLeft: 9 }, problems: [] },
      { service: "server", name: "saml", inUse: false, problems: [] },
    ]);
  });

  it("are a problem when they end soon, or are not what the last update gave", () => {
    const soon = ssoCertificatesInUse(services(), applied(used), now, 14);
    expect(soon.map(({ problems }) => problems)).toEqual([
      [expect.stringMatching(/2026-06-11.*identity provider may refuse the service/)],
      [],
    ]);
    for (const outputs of [{}, applied(next)])
      expect(ssoCertificatesInUse(services(), outputs, now, 5)[0]!.problems).toEqual([
        "the last update gave the service another one, or none",
      ]);
  });
});
