import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EDGE, FRONT } from "../../components/edge/layout";
import { renderRoutes } from "../../components/edge/routes";
import { frontArguments, renderTarget } from "../../components/edge/front";
import { containerAddresses } from "../../components/edge/front-networks";
import { edgeCommand } from "../../components/edge/static";
import type { EdgeSettings } from "../../config/settings";
import { ClientNamespace } from "./support/client-namespace";
import { eventually } from "./support/http";
import { docker, TestStack } from "./support/test-stack";

/**
 * The demo product binds loopback only, where the client's address is always Docker's gateway. So front and edge
 * are run here by hand on an address of this machine, with the arguments and files that the stack renders.
 */
describe.skipIf(!ClientNamespace.possible)(
  "the client's address (needs root on Linux, for a network namespace)",
  () => {
    const id = `e2e-client-${randomBytes(3).toString("hex")}`;
    const folder = mkdtempSync(join(tmpdir(), "strongroom-client-"));
    let namespace: ClientNamespace;
    let images: Record<string, string>;
    const PORT = 28443;

    beforeAll(async () => {
      namespace = await ClientNamespace.create();
      images = await builtImages();
      await docker(
        "network",
        "create",
        "--label",
        `strongroom.stack=${id}`,
        "--ipv6",
        "--subnet",
        "fd00:5354:8::/64",
        `${id}-front`,
      );
      await docker("network", "create", "--label", `strongroom.stack=${id}`, id);
      // Prints what it is sent: the address that the edge saw is in its headers.
      await docker(
        "run",
        "--detach",
        "--name",
        `${id}-echo`,
        "--label",
        `strongroom.stack=${id}`,
        "--network",
        id,
        "--entrypoint",
        "node",
        images["demo:1.0.0"]!,
        "-e",
        "require('http').createServer((q, s) => s.end(JSON.stringify(q.headers))).listen(3000)",
      );
      await startEdge();
    });
    afterAll(async () => {
      const containers = (await docker("ps", "--all", "--quiet", "--filter", `label=strongroom.stack=${id}`))
        .split("\n")
        .filter(Boolean);
      if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
      await execa("docker", ["network", "rm", id, `${id}-front`], { reject: false });
      await namespace?.destroy();
      rmSync(folder, { recursive: true, force: true });
    });

    async function startEdge(): Promise<void> {
      const settings = { ports: { http: 28080, https: PORT } } as EdgeSettings;
      const [certificatePem, keyPem] = await selfSigned(folder);
      const route = {
        service: "open",
        pathPrefix: "/",
        stripPrefix: false,
        instances: [{ container: `${id}-echo`, port: 3000 }],
      };
      const { content } = renderRoutes({
        services: [
          { ...route, service: "open", domain: "open.test" },
          { ...route, service: "v4", domain: "v4.test", allowedIps: [`${namespace.v4.client}/32`] },
          { ...route, service: "v6", domain: "v6.test", allowedIps: [`${namespace.v6.client}/128`] },
          { ...route, service: "nobody", domain: "nobody.test", allowedIps: [] },
        ],
        certificates: [
          { domain: "open.test", certificate: { mode: "pem" as const, certificatePem, keyPem } },
        ],
        hsts: { maxAgeSeconds: 1, includeSubdomains: false, preload: false },
      });
      const networks = JSON.parse(
        await docker("network", "inspect", "--format", "{{json .IPAM.Config}}", `${id}-front`),
      ) as { Subnet: string; Gateway?: string }[];
      const trusted = containerAddresses(
        networks.map(({ Subnet, Gateway }) => ({ subnet: Subnet, gateway: Gateway })),
      );
      await start(
        "edge",
        [],
        edgeCommand({
          edge: settings,
          certificates: {
            domains: {},
            keepPrivateCa: false,
            custom: {},
            truststores: {},
            clientCertificates: {},
          },
          dns: { provider: "none", ttlSeconds: 300, resolvers: [] },
        }),
        (edge) => ({
          [`${EDGE.state}/${EDGE.trustedFile}`]: trusted.join(","),
          [`${EDGE.state}/${EDGE.instances}/${edge.slice(0, 12)}/${EDGE.routesFile}`]: content,
        }),
      );
      await docker("network", "connect", id, `${id}-edge`);
      const published = [namespace.v4.host, `[${namespace.v6.host}]`].flatMap((address) => [
        "--publish",
        `${address}:${PORT}:${EDGE.httpsPort}`,
      ]);
      await start("relay", published, frontArguments(), () => ({
        [`${FRONT.state}/${FRONT.targetFile}`]: renderTarget({ id: "edge", name: `${id}-edge` }),
      }));
      await eventually(async () => {
        if ((await ask("open.test", namespace.v4.host)).status !== 200)
          throw new Error("the edge does not answer yet");
      }, 30);
    }

    /** A container of the edge's image on the front's network, with these files in it. */
    async function start(
      name: string,
      options: string[],
      command: string[],
      files: (container: string) => Record<string, string>,
    ): Promise<void> {
      const container = await docker(
        "create",
        "--name",
        `${id}-${name}`,
        "--label",
        `strongroom.stack=${id}`,
        "--network",
        `${id}-front`,
        ...options,
        images["edge:3.6.7"]!,
        ...command,
      );
      const root = join(folder, name);
      for (const [path, content] of Object.entries(files(container))) {
        mkdirSync(join(root, dirname(path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      await docker("cp", `${root}/.`, `${container}:/`);
      await docker("start", container);
    }

    const ask = (domain: string, host: string, ...more: string[]) =>
      namespace.curl(
        "--insecure",
        "--resolve",
        `${domain}:${PORT}:${host.includes(":") ? `[${host}]` : host}`,
        ...more,
        `https://${domain}:${PORT}/`,
      );

    it.each(["v4", "v6"] as const)("is the client's own over IP%s", async (family) => {
      const { host, client } = namespace[family];
      const headers = JSON.parse((await ask("open.test", host)).body) as Record<string, string>;
      expect(headers["x-real-ip"]).toBe(client);
      expect(headers["x-forwarded-for"]).toBe(client);
    });

    it("cannot be forged by the client's own headers", async () => {
      const { host, client } = namespace.v4;
      const { body } = await ask(
        "open.test",
        host,
        "--header",
        "X-Forwarded-For: 10.9.9.9",
        "--header",
        "X-Real-Ip: 10.9.9.9",
      );
      expect(body).not.toContain("10.9.9.9");
      expect((JSON.parse(body) as Record<string, string>)["x-forwarded-for"]).toBe(client);
    });

    it("cannot be forged by a PROXY header sent past the front", async () => {
      const address = (
        await docker(
          "inspect",
          "--format",
          `{{(index .NetworkSettings.Networks "${id}").IPAddress}}`,
          `${id}-edge`,
        )
      ).trim();
      // Speaks to the edge from the services' network, as a service that was broken into could.
      const script = `
        const tls = require("tls"), net = require("net");
        const raw = net.connect(${EDGE.httpsPort}, "${address}", () => {
          raw.write("PROXY TCP4 ${namespace.v4.client} 127.0.0.1 4711 443\\r\\n");
          const s = tls.connect({ socket: raw, servername: "v4.test", rejectUnauthorized: false }, () =>
            s.end("GET / HTTP/1.1\\r\\nHost: v4.test\\r\\nConnection: close\\r\\n\\r\\n"));
          s.pipe(process.stdout);
          s.on("error", (e) => console.log(e.message));
        });`;
      expect(await docker("exec", `${id}-echo`, "node", "-e", script)).toMatch(/^HTTP\/1.1 403/);
    });

    it("decides over the allow-list, in both families", async () => {
      expect((await ask("v4.test", namespace.v4.host)).status).toBe(200);
      expect((await ask("v4.test", namespace.v6.host)).status).toBe(403);
      expect((await ask("v6.test", namespace.v6.host)).status).toBe(200);
      expect((await ask("v6.test", namespace.v4.host)).status).toBe(403);
      expect(
        (await ask("v4.test", namespace.v6.host, "--header", `X-Forwarded-For: ${namespace.v4.client}`))
          .status,
      ).toBe(403);
      expect((await ask("nobody.test", namespace.v4.host)).status).toBe(403);
    });
  },
);

/** Image ids as an `up` of a stack would have them. */
async function builtImages(): Promise<Record<string, string>> {
  const stack = await TestStack.create();
  try {
    await stack.mustRun(["image", "build", "edge:3.6.7", "demo:1.0.0"]);
    return JSON.parse(readFileSync(join(stack.stackFolder, "images.json"), "utf8")) as Record<string, string>;
  } finally {
    await stack.destroy();
  }
}

async function selfSigned(folder: string): Promise<[string, string]> {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  await execa("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "1",
    "-subj",
    "/CN=open.test",
    "-addext",
    "subjectAltName=DNS:open.test,DNS:v4.test,DNS:v6.test,DNS:nobody.test",
    "-out",
    certificate,
    "-keyout",
    key,
  ]);
  return [readFileSync(certificate, "utf8"), readFileSync(key, "utf8")];
}
