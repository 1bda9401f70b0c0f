import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EDGE } from "../../components/edge/layout";
import { renderRoutes } from "../../components/edge/routes";
import { staticArguments } from "../../components/edge/static";
import type { EdgeSettings } from "../../config/settings";
import { ClientNamespace } from "./support/client-namespace";
import { eventually } from "./support/http";
import { docker, TestStack } from "./support/test-stack";

/**
 * The demo product binds loopback only, where the client's address is always Docker's gateway. So the edge is
 * run here by hand on an address of this machine, with the arguments and the route file that the stack renders.
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
        id,
      );
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
      await execa("docker", ["network", "rm", id], { reject: false });
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
      writeFileSync(join(folder, "routes.yml"), content);
      await docker(
        "create",
        "--name",
        `${id}-edge`,
        "--label",
        `strongroom.stack=${id}`,
        "--network",
        id,
        "--publish",
        `${namespace.v4.host}:${PORT}:${EDGE.httpsPort}`,
        "--publish",
        `[${namespace.v6.host}]:${PORT}:${EDGE.httpsPort}`,
        images["edge:3.6.7"]!,
        ...staticArguments({ edge: settings, certificates: { domains: {} } }).map((argument) =>
          argument.replace(`${EDGE.state}/${EDGE.dynamic}`, "/tmp"),
        ),
      );
      await docker("cp", join(folder, "routes.yml"), `${id}-edge:/tmp/routes.yml`);
      await docker("start", `${id}-edge`);
      await eventually(async () => {
        if ((await ask("open.test", namespace.v4.host)).status !== 200)
          throw new Error("the edge does not answer yet");
      }, 30);
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
