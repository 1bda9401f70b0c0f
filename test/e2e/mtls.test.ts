import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../support/certificates";
import { startLoad } from "../support/load";
import { ask, type Client, type Request, splittingRelay } from "./support/client";
import { startCommand } from "./support/command";
import { IdleConnections } from "./support/idle-connections";
import { FULL } from "./support/interruption";
import { docker, TestStack } from "./support/test-stack";

const domain = "vault.localhost";
const open = "open.localhost";
const [serverAuth, clientAuth] = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
const IDLE = 50;
const MISDIRECTED = 421;

describe("certificates of clients", () => {
  let stack: TestStack;
  let before: string, after: string, authority: TestCertificate;
  let edgeBefore: TestCertificate, edgeAfter: TestCertificate, internal: TestCertificate;
  let kept: Client, leaving: Client, coming: Client, stranger: Client, ended: Client;

  const client = async (name: string, issuer: TestCertificate, to?: string): Promise<Client> => {
    const made = await issue({ name, issuer, names: [name], usages: [clientAuth], ...(to ? { to } : {}) });
    return { cert: made.pem, key: made.key };
  };

  beforeAll(async () => {
    const made = await Promise.all(["Kept", "Leaving", "Coming", "Unknown"].map((name) => issue({ name })));
    const [keep, leave, come, unknown] = made as [
      TestCertificate,
      TestCertificate,
      TestCertificate,
      TestCertificate,
    ];
    authority = keep;
    [before, after] = [keep.pem + leave.pem, keep.pem + come.pem];
    [kept, leaving, coming, stranger, ended] = await Promise.all([
      client("kept.client", keep),
      client("leaving.client", leave),
      client("coming.client", come),
      client("stranger.client", unknown),
      client("ended.client", keep, "2026-02-01"),
    ]);
    const [inside, theirs] = [await issue({ name: "Inside" }), await issue({ name: "Edges" })];
    const names = ["server.internal"];
    const serving = await issue({ name: "server", issuer: inside, names, usages: [serverAuth] });
    const edge = { issuer: theirs, names: ["edge.internal"], usages: [clientAuth] };
    internal = inside;
    [edgeBefore, edgeAfter] = [
      await issue({ name: "edge 1", ...edge }),
      await issue({ name: "edge 2", ...edge }),
    ];
    stack = await TestStack.create();
    stack.configure((config) => {
      config.services.dashboard.domain = open;
      config.services.dashboard.pathPrefix = "/";
      config.truststores = {
        partners: { certificates: [before] },
        internal: { certificates: [internal.pem] },
      };
      const { server } = config.services;
      server.environment = { TLS_CERTIFICATE: btoa(serving.pem), TLS_CLIENT_CA: btoa(theirs.pem) };
      server.healthCheck = { test: ["CMD", "node", "/app/main.js", "healthcheck", "3100"] };
      server.backend = { tls: { truststore: "internal", serverName: names[0] } };
      config.clientCertificates = { [domain]: { truststore: "partners" } };
    });
    await stack.setSecret("services.server.secrets.TLS_KEY.value", serving.key);
    await show(edgeBefore);
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  /** What the edge shows to the service from the next update on. */
  async function show({ pem, key }: TestCertificate): Promise<void> {
    stack.configure((config) => {
      const { tls } = config.services.server.backend;
      tls.clientCertificate = { ...tls.clientCertificate, certificate: pem };
    });
    await stack.setSecret("services.server.backend.tls.clientCertificate.key", key);
  }

  const ca = () => readFileSync(stack.caFile, "utf8");
  const asked = (who: Client, request: Partial<Request> = {}) =>
    ask(who, { port: stack.httpsPort, ca: ca(), path: "/client-certificate", sni: domain, ...request });
  const statusOf = async (who: Client, request?: Partial<Request>) => (await asked(who, request)).status;

  /** Common name of the certificate with which the edge has come to the service last. */
  const shown = async () => {
    const seen = JSON.parse((await asked(kept, { path: "/client-certificate" })).body) as { edge: string };
    return seen.edge;
  };

  it("lets in whoever has one that its truststore vouches for, and nobody else", async () => {
    const mine = await asked(kept);
    expect([mine.status, JSON.parse(mine.body)]).toEqual([
      200,
      {
        subject: "CN=kept.client",
        fingerprint: new X509Certificate(kept.cert!).fingerprint256,
        headers: ["x-forwarded-tls-client-cert"],
        edge: "edge 1",
      },
    ]);
    expect(await statusOf(leaving)).toBe(200);
    for (const other of [{}, stranger, ended, coming]) expect(await statusOf(other)).toBe(0);
    expect(await statusOf({}, { sni: open, path: "/ready" })).toBe(200);
  });

  it("tells a service who the client is, whatever the client says", async () => {
    const forged = Buffer.from(new X509Certificate(stranger.cert!).raw).toString("base64");
    const headers = Object.fromEntries(
      [
        "X-Forwarded-Tls-Client-Cert",
        "x-forwarded-tls-client-cert-info",
        "X_Forwarded_Tls_Client_Cert",
        "X-Forwarded_Tls-Client-Cert",
        "X_FORWARDED_TLS_CLIENT_CERT_INFO",
      ].map((name) => [name, forged]),
    );
    const seen = async (who: Client, more: Record<string, string>) =>
      JSON.parse((await asked(who, { headers: { ...headers, ...more } })).body) as {
        subject: string;
        headers: string[];
      };
    const mine = { subject: "CN=kept.client", headers: ["x-forwarded-tls-client-cert"] };
    expect(await seen(kept, {})).toMatchObject(mine);
    expect(await seen(kept, { Connection: "close, X-Forwarded-Tls-Client-Cert" })).toMatchObject(mine);
    // Another's certificate sent along stands after the one that was proven.
    expect(await seen({ ...kept, cert: kept.cert! + stranger.cert! }, {})).toMatchObject(mine);
    expect(await statusOf({ ...stranger, cert: stranger.cert! + kept.cert! })).toBe(0);
  });

  it("is not got round by another name in the handshake than in the request", async () => {
    for (const host of [domain, `${domain}.`, domain.toUpperCase()]) {
      expect(await statusOf({}, { sni: open, host, path: "/version" }), host).toBe(MISDIRECTED);
      expect(await statusOf(kept, { sni: open, host, path: "/version" }), host).toBe(MISDIRECTED);
    }
    const absolute = `https://${domain}:${stack.httpsPort}/version`;
    expect(await statusOf({}, { sni: open, path: absolute })).toBe(MISDIRECTED);
    expect(await statusOf(kept, { host: open, path: "/ready" })).toBe(MISDIRECTED);
    expect(await statusOf({}, { sni: "", host: domain })).toBe(0);
    expect(await statusOf({}, { sni: "other.localhost", host: domain })).toBe(0);
  });

  it("is not got round by a handshake in several records", async () => {
    const { port, server } = await splittingRelay(stack.httpsPort);
    try {
      expect(await statusOf({}, { port, path: "/version" })).toBe(0);
    } finally {
      server.close();
    }
  });

  const openssl = async (...args: string[]) =>
    (
      await startCommand("bash", [
        "-c",
        `exec openssl s_client -connect 127.0.0.1:${stack.httpsPort} -servername ${domain} "$@" </dev/null`,
        "bash",
        "-CAfile",
        stack.caFile,
        ...args,
      ])
    ).output;
  const files = (name: string, { cert, key }: Client) => {
    const [certFile, keyFile] = [join(stack.folder, `${name}.pem`), join(stack.folder, `${name}.key`)];
    writeFileSync(certFile, cert!);
    writeFileSync(keyFile, key!, { mode: 0o600 });
    return ["-cert", certFile, "-key", keyFile];
  };

  it("is switched under load, as what the edge shows and trusts inside: no request fails, no connection is cut", async () => {
    const { exitCode } = await startCommand("bash", ["-c", "command -v openssl"]);
    const isWitnessed = exitCode === 0;
    const session = join(stack.folder, "session");
    if (isWitnessed) {
      const seen = await openssl("-sess_out", session, "-tls1_2", ...files("leaving", leaving));
      expect(seen).toMatch(/Acceptable client certificate CA names\s+CN ?= ?Kept\s+CN ?= ?Leaving/);
      expect(seen).toContain("Verify return code: 0 (ok)");
      expect(await openssl("-tls1_2")).toMatch(/alert/);
      // Taken up again while the truststore is the same, so that what is refused below is not refused for itself.
      expect(await openssl("-sess_in", session, "-tls1_2", ...files("leaving", leaving))).toMatch(
        /^Reused,/m,
      );
    }
    stack.configure((config) => {
      config.truststores.partners = { certificates: [after], generation: 2 };
      config.truststores.internal = { certificates: [internal.pem, authority.pem], generation: 2 };
    });
    await show(edgeAfter);
    const [edge] = await stack.containers("edge");
    const started = () => docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", edge!);
    const before = await started();
    const idle = await IdleConnections.open(IDLE, {
      port: stack.httpsPort,
      name: domain,
      ca: ca(),
      cert: kept.cert!,
      key: kept.key!,
    });
    const load = (keepAlive: boolean) =>
      startLoad({
        requests: [stack.url("/version")],
        connections: keepAlive ? 6 : 2,
        keepAlive,
        connectTo: { host: "127.0.0.1", port: stack.httpsPort },
        ca: ca(),
        cert: kept.cert!,
        key: kept.key!,
      });
    const loads = [load(true), load(false)];
    try {
      await sleep(500);
      const told = await stack.up();
      expect(told).toContain("chg-truststore");
      await sleep(500);
    } finally {
      for (const report of await Promise.all(loads.map((each) => each.stop()))) {
        expect(report.ended).toBe("stopped");
        expect(report.total).toBeGreaterThan(20);
        expect(report.failed, JSON.stringify(report.failures)).toBe(0);
      }
    }
    expect(idle.cut).toBe(0);
    await idle.ask();
    idle.close();
    expect(await started()).toBe(before);
    expect(await shown()).toBe("edge 2");
    expect(await statusOf(kept)).toBe(200);
    expect(await statusOf(coming)).toBe(200);
    expect(await statusOf(leaving)).toBe(0);
    if (!isWitnessed) return;
    expect(await openssl()).toMatch(/Acceptable client certificate CA names\s+CN ?= ?Kept\s+CN ?= ?Coming/);
    // A session from before vouches for nobody.
    expect(await openssl("-sess_in", session, "-tls1_2", ...files("leaving", leaving))).toMatch(/alert/);
  });

  it.runIf(FULL)("is refused where it would let in more than before", async () => {
    stack.configure((config) => {
      config.clientCertificates[domain].mode = "optional";
      config.truststores.partners.certificates = [authority.pem];
    });
    const { exitCode, output } = await stack.run(["up", "--yes"]);
    expect(output).toMatch(/^REFUSED {2}chg-client-certificates .*without a certificate would be let in$/m);
    expect(exitCode, output).not.toBe(0);
    expect(await statusOf({})).toBe(0);
  });

  it.runIf(FULL)(
    "keeps the edge from a service that it should not trust, and the one before in force",
    async () => {
      stack.configure((config) => {
        config.clientCertificates[domain].mode = "required";
        config.truststores.partners = { certificates: [after], generation: 2 };
        config.truststores.internal = { certificates: [authority.pem], generation: 3 };
      });
      const { exitCode, output } = await stack.run(["up", "--yes"]);
      expect(output).toMatch(
        /by TLS for server\.internal instance \S+ gave no answer: self.signed|unable to/,
      );
      expect(exitCode, output).not.toBe(0);
      expect(await shown()).toBe("edge 2");
    },
  );
});
