import https from "node:https";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { Duplex } from "node:stream";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { renderRoutes } from "../../components/edge/routes";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { askBackend, type Transport, transportOf } from "./backend";

let root: TestCertificate, other: TestCertificate, server: TestCertificate, edge: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Root" });
  other = await issue({ name: "Other" });
  server = await issue({ name: "server", issuer: root, names: ["server.internal"] });
  edge = await issue({ name: "edge", issuer: other, names: ["edge.internal"] });
});

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((each) => each.close()));

async function ask(transport: Partial<Transport>, listening?: Server): Promise<number | string> {
  const options = { cert: server.pem, key: server.key, ca: other.pem, requestCert: true };
  const made =
    listening ??
    https.createServer(options, ({ url, headers }, answer) => {
      answer.writeHead(url === "/ready" && headers.host === "vault.localhost" ? 204 : 404).end();
    });
  servers.push(made);
  await new Promise<void>((done) => made.listen(0, "127.0.0.1", done));
  const socket = connect((made.address() as AddressInfo).port, "127.0.0.1");
  const certificates = [{ certFile: edge.pem, keyFile: edge.key }];
  const whole = { serverName: "server.internal", rootCAs: [root.pem], certificates, ...transport };
  try {
    return await askBackend(
      Duplex.from({ readable: socket, writable: socket }),
      whole,
      "/ready",
      "vault.localhost",
    );
  } catch (error) {
    return (error as Error).message;
  } finally {
    socket.destroy();
  }
}

describe("askBackend", () => {
  it("asks as the edge does, and gives the status", async () => {
    expect(await ask({})).toBe(204);
  });

  it("says why edge and service do not trust each other", async () => {
    expect(await ask({ rootCAs: [other.pem] })).toMatch(/unable to verify|self.signed/);
    expect(await ask({ serverName: "other.internal" })).toMatch(/does not match certificate's altnames/);
    const stranger = await issue({ name: "x", issuer: root, names: ["x.internal"] });
    for (const certificates of [[], [{ certFile: stranger.pem, keyFile: stranger.key }]])
      expect(await ask({ certificates })).not.toBe(204);
    expect(
      await ask(
        {},
        createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n")),
      ),
    ).toMatch(/SSL|closed/);
  });
});

it("a route file says how each service is reached", () => {
  const service = { domain: "a.localhost", pathPrefix: "/", stripPrefix: false, instances: [] };
  const truststore = { name: "internal", generation: 1, certificatesPem: root.pem };
  const { content } = renderRoutes({
    services: [
      { ...service, service: "server", backendTls: { truststore, serverName: "server.internal" } },
      { ...service, service: "plain" },
    ],
    certificates: [],
    hsts: { maxAgeSeconds: 0, includeSubdomains: false, preload: false },
  });
  expect(transportOf(content, "server")).toEqual({ serverName: "server.internal", rootCAs: [root.pem] });
  expect(transportOf(content, "plain")).toBeUndefined();
});
