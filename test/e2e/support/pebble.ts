import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { isDebian, isRoot, run } from "../../../toolchain/system";
import { issue, type TestCertificate } from "../../support/certificates";
import { docker, type TestStack } from "./test-stack";

/** Where Debian's package has it. */
const BINARY = "/usr/bin/pebble";

const PORT = 14_000;
const MANAGEMENT_PORT = 15_000;

/**
 * Pebble, an ACME authority for tests (RFC 8555), on the network of a stack's front, as a site's own authority would
 * be: it asks for its proofs on the ports of the challenges, under the names that it was told of.
 */
export class Pebble {
  /** Directory of the authority, for the edge. */
  readonly server = `https://pebble:${PORT}/dir`;

  private constructor(
    private readonly container: string,
    private readonly network: string,
    private readonly front: string,
    /** Root of the certificate of its own server. */
    private readonly serverRoot: TestCertificate,
  ) {}

  /** Installs it where it is not there. @returns why it cannot be used */
  static async missing(): Promise<string | undefined> {
    if (existsSync(BINARY)) return undefined;
    if (!isRoot() || !isDebian()) return "pebble is not installed, and can be by root on Debian alone";
    try {
      await run("apt-get", ["update"], "installing pebble");
      await run("apt-get", ["install", "--yes", "--no-install-recommends", "pebble"], "installing pebble");
    } catch (error) {
      return (error as Error).message;
    }
    return existsSync(BINARY) ? undefined : "Debian's package pebble has no such program";
  }

  /**
   * Starts it beside a stack that is up. It knows no name yet.
   * @param validitySeconds of the certificates that it issues
   */
  static async start(stack: TestStack, validitySeconds: number): Promise<Pebble> {
    const root = await issue({ name: "Pebble's server" });
    const server = await issue({ name: "pebble", issuer: root, names: ["pebble"] });
    const folder = join(stack.folder, "pebble");
    mkdirSync(folder);
    copyFileSync(BINARY, join(folder, "pebble"));
    writeFileSync(join(folder, "cert.pem"), server.chain);
    writeFileSync(join(folder, "key.pem"), server.key);
    const config = {
      listenAddress: `0.0.0.0:${PORT}`,
      managementListenAddress: `0.0.0.0:${MANAGEMENT_PORT}`,
      certificate: "/pebble/cert.pem",
      privateKey: "/pebble/key.pem",
      // Inside the front's container: what it publishes as 80 and 443.
      httpPort: 8080,
      tlsPort: 8443,
      certificateValidityPeriod: validitySeconds,
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ pebble: config }));
    const [[front], [service]] = await Promise.all([
      stack.containers("edge-front"),
      stack.containers("service"),
    ]);
    const networks = JSON.parse(
      await docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", front!),
    ) as Record<string, { IPAddress: string }>;
    const [[network, { IPAddress }]] = Object.entries(networks) as [[string, { IPAddress: string }]];
    // Without delays, refusals by chance and proofs that are taken over from before.
    const env = ["PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0", "PEBBLE_AUTHZREUSE=0"];
    const id = await docker(
      "create",
      `--network=${network}`,
      "--network-alias=pebble",
      `--publish=127.0.0.1::${MANAGEMENT_PORT}`,
      "--user=0:0",
      ...env.map((each) => `--env=${each}`),
      "--entrypoint=/pebble/pebble",
      await docker("inspect", "--format", "{{.Image}}", service!),
      "-config=/pebble/config.json",
    );
    await docker("cp", `${folder}/.`, `${id}:/pebble`);
    rmSync(folder, { recursive: true });
    await docker("start", id);
    return new Pebble(id, network, IPAddress, root);
  }

  /** Lets it find names at the stack's front. Go's look-up reads the file again after 5 s at most. */
  async know(...names: string[]): Promise<void> {
    const line = `${this.front} ${names.join(" ")}`;
    await docker("exec", this.container, "sh", "-c", 'echo "$1" >> /etc/hosts', "sh", line);
  }

  /** PEM of the roots of its own server and of what it issues. */
  async roots(): Promise<string> {
    const published = await docker("port", this.container, String(MANAGEMENT_PORT));
    const port = Number(published.split("\n")[0]!.split(":").at(-1));
    const ca = this.serverRoot.pem;
    const issuing = await new Promise<string>((done, fail) => {
      const options = {
        host: "127.0.0.1",
        port,
        path: "/roots/0",
        servername: "pebble",
        ca,
        agent: false as const,
      };
      https
        .get(options, (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (part: string) => (text += part));
          answer.on("end", () => done(text));
        })
        .on("error", fail);
    });
    return `${ca.trim()}\n${issuing}`;
  }

  /** Takes it off the network: it answers nobody, and forgets nothing. */
  async disconnect(): Promise<void> {
    await docker("network", "disconnect", this.network, this.container);
  }

  async destroy(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.container);
  }
}
