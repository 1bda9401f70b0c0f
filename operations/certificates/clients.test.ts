import { X509Certificate } from "node:crypto";
import { type AddressInfo, connect } from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { renderNoRoutes, renderRoutes } from "../../components/edge/routes";
import { issue, type TestCertificate } from "../../test/support/certificates";
import type { EdgeHost } from "../edge-host";
import { clientRequest, handshakeMessages, subjectOf } from "./client-request";
import { clientsInForce, clientsToProve, waitClients } from "./clients";

const seen = vi.hoisted(() => ({ now: undefined as unknown }));
vi.mock("./served", () => ({ withHandshake: async () => seen.now }));
vi.mock("node:timers/promises", () => ({ setTimeout: async () => vi.advanceTimersByTime(3000) }));

let root: TestCertificate, other: TestCertificate, leaf: TestCertificate;
beforeAll(async () => {
  [root, other] = (await Promise.all(["Root", "Other"].map((name) => issue({ name })))) as [
    TestCertificate,
    TestCertificate,
  ];
  leaf = await issue({ name: "server", issuer: root, names: ["vault.localhost"] });
});

const servers: tls.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Asks a server that runs with these options, as the edge is asked. */
async function askedBy(options: tls.TlsOptions) {
  const server = tls.createServer({ cert: leaf.chain, key: leaf.key, ...options }, (socket) => socket.end());
  server.on("tlsClientError", () => undefined);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  // As what comes from a command: of a socket TLS takes the bytes before anybody else sees them.
  return clientRequest(Duplex.from({ readable: socket, writable: socket }), "vault.localhost");
}
const subject = ({ pem }: TestCertificate) => subjectOf(new X509Certificate(pem).raw);

describe("clientRequest", () => {
  it("tells which authorities a server takes certificates of, and that it refuses whoever has none", async () => {
    const seen = await askedBy({ requestCert: true, rejectUnauthorized: true, ca: [root.pem, other.pem] });
    // By Node a client without a certificate is refused only after the handshake.
    expect(seen!.authorities!.sort()).toEqual([subject(root), subject(other)].sort());
  });

  it("tells that a server asks for none", async () => {
    expect(await askedBy({})).toEqual({ authorities: undefined, letIn: true });
  });

  it("tells that there is no handshake", async () => {
    expect(await askedBy({ minVersion: "TLSv1.3" })).toBeUndefined();
    expect(handshakeMessages(Buffer.from("HTTP/1.1 400 Bad Request"))).toEqual([]);
    // A record and a message that end in the middle.
    expect(handshakeMessages(Buffer.from("160303000802000010", "hex"))).toEqual([]);
  });
});

const render = (mode: "required" | "optional" | "none", pem = root.pem, domain = "vault.localhost") =>
  renderRoutes({
    services: [
      {
        service: "server",
        domain,
        aliases: ["open.localhost"],
        pathPrefix: "/",
        stripPrefix: false,
        instances: [],
      },
    ],
    certificates: [],
    clients:
      mode === "none"
        ? []
        : [{ domain, mode, truststore: { name: "partners", generation: 1, certificatesPem: pem } }],
    hsts: { maxAgeSeconds: 0, includeSubdomains: false, preload: false },
  }).content;
const modes = (content: string) => clientsInForce(content).map(({ domain, mode }) => `${domain} ${mode}`);

describe("a route file", () => {
  it("says what the clients of each domain are asked for", () => {
    expect(modes(render("required"))).toEqual(["open.localhost none", "vault.localhost required"]);
    expect(modes(render("optional"))).toEqual(["open.localhost none", "vault.localhost optional"]);
    expect(modes(render("none"))).toEqual(["open.localhost none", "vault.localhost none"]);
    expect(modes(renderNoRoutes().content)).toEqual([]);
    const [, asked] = clientsInForce(render("required", root.pem + other.pem));
    expect(asked!.authorities.map(({ raw }) => subjectOf(raw))).toEqual([subject(root), subject(other)]);
  });

  it("is proven for each domain that asks for certificates, and for each that did", () => {
    const proven = (before: string, after: string) =>
      clientsToProve(before, after).map(({ domain, mode }) => `${domain} ${mode}`);
    expect(proven(render("required"), render("required"))).toEqual(["vault.localhost required"]);
    expect(proven(renderNoRoutes().content, render("optional"))).toEqual(["vault.localhost optional"]);
    expect(proven(render("required"), render("none"))).toEqual(["vault.localhost none"]);
    expect(proven(render("none"), render("none"))).toEqual([]);
  });
});

describe("waitClients", () => {
  const edge = {} as EdgeHost;
  const proven = async (mode: "required" | "optional" | "none", what: unknown): Promise<string> => {
    vi.useFakeTimers({ toFake: ["Date"] });
    seen.now = what;
    const expected = clientsInForce(render(mode)).find(({ domain }) => domain === "vault.localhost")!;
    try {
      await waitClients(edge, expected);
      return "proven";
    } catch (error) {
      return (error as Error).message;
    } finally {
      vi.useRealTimers();
    }
  };

  it("is content with an edge that asks as it should", async () => {
    const authorities = [subject(root)];
    expect(await proven("required", { authorities, letIn: false })).toBe("proven");
    expect(await proven("optional", { authorities, letIn: true })).toBe("proven");
    expect(await proven("none", { authorities: undefined, letIn: true })).toBe("proven");
  });

  it.each([
    ["required", (): unknown => ({ authorities: [subject(root)], letIn: true }), /and it is let in$/],
    [
      "required",
      () => ({ authorities: undefined, letIn: true }),
      /and it is asked for none, and it is let in$/,
    ],
    ["required", (): unknown => ({ authorities: [subject(other)], letIn: false }), /1 authorities/],
    ["required", (): unknown => undefined, /and there is no handshake$/],
    ["optional", () => ({ authorities: [subject(root)], letIn: false }), /and it is refused$/],
    ["none", () => ({ authorities: [subject(root)], letIn: false }), /should be that it is asked for none/],
  ] as [Parameters<typeof render>[0], () => unknown, RegExp][])(
    "is not with one that does otherwise: %s",
    async (mode, what, said) => {
      expect(await proven(mode, what())).toMatch(said);
    },
  );
});
