import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { encryptedPlaceholder } from "../secret";
import { problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const now = new Date("2026-06-01T12:00:00Z");
const clientAuth = "1.3.6.1.5.5.7.3.2";
const at = "services.server.backend.tls";

type Raw = Record<string, unknown>;

let root: TestCertificate, edge: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Internal" });
  edge = await issue({ name: "edge", issuer: root, names: ["edge.internal"], usages: [clientAuth] });
});

const raw = (tls: Raw = {}, clientCertificate?: Raw): Raw => {
  const own = { certificate: edge.pem, key: edge.key, ...clientCertificate };
  const backend = {
    tls: { truststore: "internal", serverName: "server.internal", clientCertificate: own, ...tls },
  };
  const given = withValue(publicRaw(), "services/server/backend", backend);
  return withValue(given, "truststores", { internal: { certificates: [root.pem] } });
};
const problems = (given: Raw) =>
  problemsOf(given, { now }).map(({ path, reason, remedy }) => [path, `${reason}; ${remedy}`]);

describe("a service that speaks TLS itself", () => {
  it("has a truststore, a server name, and what the edge shows it", () => {
    expect(settingsOf(raw(), { now }).services.server!.backendTls).toMatchObject({
      truststore: { name: "internal", generation: 1, certificatesPem: root.pem },
      serverName: "server.internal",
      clientCertificate: { certificatesPem: edge.pem },
    });
    expect(
      settingsOf(raw({ clientCertificate: undefined }), { now }).services.server!.backendTls,
    ).not.toHaveProperty("clientCertificate");
    // It may be a public authority: who has the name is checked too.
    expect(settingsOf(publicRaw()).services.server).not.toHaveProperty("backendTls");
  });

  const ended = () => issue({ name: "e", issuer: root, names: ["e.internal"], to: "2026-02-01" });
  const forServers = () =>
    issue({ name: "s", issuer: root, names: ["s.internal"], usages: ["1.3.6.1.5.5.7.3.1"] });
  const own = async (made: Promise<TestCertificate>) => {
    const { pem, key } = await made;
    return raw({}, { certificate: pem, key });
  };
  it.each<[string, () => Raw | Promise<Raw>, string, RegExp]>([
    [
      "an unknown truststore",
      () => raw({ truststore: "intern" }),
      ".truststore",
      /no such truststore; did you mean `internal`/,
    ],
    [
      "a server name that is none",
      () => raw({ serverName: "https://x" }),
      ".serverName",
      /must be a DNS name/,
    ],
    [
      "a proxy between",
      () => withValue(raw(), "outboundProxy", { url: "http://proxy.example:3128" }),
      "",
      /through the proxy/,
    ],
    [
      "no PEM",
      () => raw({}, { certificate: "-----BEGIN x" }),
      ".clientCertificate.certificate",
      /BEGIN or END line/,
    ],
    ["an ended certificate", () => own(ended()), ".clientCertificate.certificate", /ended on 2026-02-01/],
    [
      "a server's certificate",
      () => own(forServers()),
      ".clientCertificate.certificate",
      /leaves out client authentication/,
    ],
    [
      "an authority's certificate",
      () => own(issue({ name: "CA" })),
      ".clientCertificate.certificate",
      /authority's certificate/,
    ],
    [
      "another key",
      () => raw({}, { key: root.key }),
      ".clientCertificate.key",
      /not the key of the certificate/,
    ],
  ])("is refused with %s", async (_name, given, path, said) => {
    const found = problems(await given()).filter(([where]) => !where!.startsWith("truststores"));
    expect(found.map(([where]) => where)).toEqual([`${at}${path}`]);
    expect(found[0]![1]).toMatch(said);
  });

  it("is refused where there are no truststores at all", () => {
    expect(problems(withValue(raw(), "truststores", undefined))).toEqual([
      [`${at}.truststore`, expect.stringContaining("give it under truststores")],
    ]);
  });

  it("has its key judged by whoever can decrypt it", () => {
    expect(problems(raw({}, { key: encryptedPlaceholder }))).toEqual([]);
  });
});
