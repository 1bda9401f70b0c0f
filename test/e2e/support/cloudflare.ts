import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { writeRecord } from "../../../operations/archive/record";
import { issue } from "../../support/certificates";
import type { ApiRecord } from "../../conformance/cloudflare-api";
import { docker, type TestStack } from "./test-stack";

const API = "api.cloudflare.com";
const PLAIN_PORT = 8080;

/**
 * Cloudflare for a test, with one zone: its API under its own name on the network of a stack's front, by a certificate
 * of an authority that the edge's image is given, and a DNS server that answers from the zone's records.
 */
export class Cloudflare {
  static readonly zoneId = "0123456789abcdef0123456789abcdef";

  private constructor(
    private readonly container: string,
    private readonly network: string,
    private readonly token: string,
    /** Address of the DNS server, on the front's network. */
    readonly dnsServer: string,
    /** Where the stack's own provider finds the API: `baseUrl`, on this machine. */
    readonly url: string,
    private readonly caPem: string,
  ) {}

  private readonly images: string[] = [];

  /** Starts it beside a stack that is up. @param apex name of the zone */
  static async start(stack: TestStack, apex: string, token: string): Promise<Cloudflare> {
    const root = await issue({ name: "Cloudflare for a test" });
    const own = await issue({ name: API, issuer: root, names: [API] });
    const folder = join(stack.folder, "cloudflare");
    mkdirSync(folder);
    await build({
      entryPoints: [join(__dirname, "cloudflare-main.ts")],
      outfile: join(folder, "main.cjs"),
      bundle: true,
      platform: "node",
      target: "node18",
      logLevel: "error",
    });
    writeFileSync(join(folder, "cert.pem"), own.chain);
    writeFileSync(join(folder, "key.pem"), own.key);
    const server = "ns.cloudflare.test";
    const input = { id: Cloudflare.zoneId, apex, token, server, port: PLAIN_PORT };
    writeFileSync(join(folder, "input.json"), JSON.stringify(input));
    const [[front], [service]] = await Promise.all([
      stack.containers("edge-front"),
      stack.containers("service"),
    ]);
    const [network] = Object.keys(
      JSON.parse(await docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", front!)) as Record<
        string,
        object
      >,
    );
    const id = await docker(
      "create",
      `--network=${network}`,
      `--network-alias=${API}`,
      `--network-alias=${server}`,
      `--publish=127.0.0.1::${PLAIN_PORT}`,
      "--user=0:0",
      "--entrypoint=node",
      await docker("inspect", "--format", "{{.Image}}", service!),
      "/cloudflare/main.cjs",
    );
    await docker("cp", `${folder}/.`, `${id}:/cloudflare`);
    rmSync(folder, { recursive: true });
    await docker("start", id);
    const address = await docker(
      "inspect",
      "--format",
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
      id,
    );
    const published = await docker("port", id, String(PLAIN_PORT));
    const port = published.split("\n")[0]!.split(":").at(-1);
    return new Cloudflare(id, network!, token, address, `http://127.0.0.1:${port}/client/v4`, root.pem);
  }

  /**
   * An image like another one that trusts the API's certificate, as if it had come out of a verified archive.
   * @returns what the configuration says of it
   */
  async trustedBy(stack: TestStack, image: string): Promise<{ id: string; signer: string }> {
    const id = await docker("create", "--network=none", image);
    try {
      const file = join(mkdtempSync(join(tmpdir(), "strongroom-ca-")), "ca.pem");
      writeFileSync(file, this.caPem);
      await docker("cp", file, `${id}:/etc/ssl/certs/cloudflare-test.pem`);
      rmSync(dirname(file), { recursive: true });
      const made = await docker("commit", id);
      this.images.push(made);
      const signer = `sha256:${"0".repeat(64)}`;
      writeRecord(stack.stackFolder, {
        id: made,
        host: "local",
        ...{ archive: "edge.tar", signature: "edge.sig", publicKey: "key.pub", format: "docker" },
        ...{ sha256: "0".repeat(64), signer },
        verifiedAt: new Date().toISOString(),
      });
      return { id: made, signer };
    } finally {
      await docker("rm", "--force", id);
    }
  }

  /** The zone's records. */
  async records(): Promise<ApiRecord[]> {
    const answer = await fetch(`${this.url}/zones/${Cloudflare.zoneId}/dns_records`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    return ((await answer.json()) as { result: ApiRecord[] }).result;
  }

  /** What the API was asked so far: `METHOD path`. */
  async requests(): Promise<string[]> {
    return (await (await fetch(new URL("/requests", this.url))).json()) as string[];
  }

  /** Takes it off the network: neither API nor DNS server answers. */
  async disconnect(): Promise<void> {
    await docker("network", "disconnect", this.network, this.container);
  }

  async removeContainer(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.container);
  }

  /** Once no container is of them. */
  async removeImages(): Promise<void> {
    for (const image of this.images) await docker("image", "rm", image);
  }
}
