import { randomBytes, randomInt } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { cacheDirectory } from "../../../toolchain/paths";
import { type CommandResult, mustRun, type RunningCommand, startCommand } from "./command";

export const CHECKOUT = resolve(__dirname, "../../..");
export const ENDPOINT = "unix:///var/run/docker.sock";

type StackFile = { config: Record<string, never> };

/** A stack of its own for one test file: own name, home, ports and config, on the real Docker. */
export class TestStack {
  readonly name = `e2e-${randomBytes(3).toString("hex")}`;
  readonly folder = mkdtempSync(join(tmpdir(), "strongroom-e2e-"));
  /** STRONGROOM_HOME of all test stacks: apart from the user's own, and kept, so that plugins are put there once. */
  readonly home = join(cacheDirectory(), "test-home");
  /** What its commands get beside the environment of the test. */
  readonly environment: Record<string, string> = { STRONGROOM_HOME: this.home, NO_COLOR: "1" };
  readonly configFile = join(this.folder, `Pulumi.${this.name}.yaml`);
  httpPort = 0;
  httpsPort = 0;

  private constructor() {}

  /**
   * A stack with a committed file's config as it is, without Pulumi's own keys and the values that are encrypted
   * for another stack; made by `init`.
   */
  static async fromReference(file: string): Promise<TestStack> {
    const stack = new TestStack();
    mkdirSync(stack.home, { recursive: true });
    const { config } = parse(readFileSync(join(CHECKOUT, file), "utf8")) as StackFile;
    writeFileSync(stack.configFile, stringify({ config: withoutCiphertext(config) }));
    await stack.mustRun(["init", "--i-keep-the-passphrase"]);
    return stack;
  }

  /** A stack with the dev stack's config on free ports, made by the checkout's own `init`; not brought up yet. */
  static async create({ checkout = CHECKOUT } = {}): Promise<TestStack> {
    const stack = new TestStack();
    mkdirSync(stack.home, { recursive: true });
    [stack.httpPort, stack.httpsPort] = await freePorts();
    const text = readFileSync(join(checkout, "Pulumi.dev.yaml"), "utf8");
    writeFileSync(stack.configFile, text);
    stack.configure((config) => {
      config.edge.ports = { http: stack.httpPort, https: stack.httpsPort };
      for (const service of Object.values<Record<string, unknown>>(config.services)) {
        service.drainSeconds = 1;
        service.proveSeconds = 2;
      }
    });
    await stack.mustRun(["init", "--i-keep-the-passphrase"], { checkout });
    return stack;
  }

  /** Edits the stack's config file. @param change gets the config without the `strongroom:` prefix */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the file's shape is what is under test
  configure(change: (config: Record<string, any>) => void): void {
    const file = parse(readFileSync(this.configFile, "utf8")) as StackFile;
    const bare = Object.fromEntries(
      Object.entries(file.config).map(([key, value]) => [key.replace(/^strongroom:/, ""), value]),
    );
    change(bare);
    file.config = Object.fromEntries(
      Object.entries(bare).map(([key, value]) => [`strongroom:${key}`, value]),
    );
    writeFileSync(this.configFile, stringify(file));
  }

  /** Sets a secret as an operator does, encrypted by Pulumi's own command. @param path after `strongroom:` */
  async setSecret(path: string, value: string): Promise<void> {
    const file = join(this.folder, "secret");
    writeFileSync(file, value, { mode: 0o600 });
    const set = `eval "$(./strongroom --stack "$1" --config-file "$2" env)" && exec pulumi config set --secret --path --config-file "$2" "$3" < "$4"`;
    const args = ["-euc", set, "bash", this.name, this.configFile, `strongroom:${path}`, file];
    await mustRun("bash", args, { cwd: CHECKOUT, env: this.environment });
  }

  /** Both services on a release of the demo product. */
  setRelease(tag: string): void {
    this.configure((config) => {
      for (const service of Object.values<{ image: unknown }>(config.services))
        service.image = { build: "demo", tag };
    });
  }

  /** Starts `./strongroom ARGS` on this stack. */
  start(
    args: string[],
    { checkout = CHECKOUT, input }: { checkout?: string; input?: string } = {},
  ): RunningCommand {
    const own = ["--stack", this.name, "--config-file", this.configFile];
    return startCommand(join(checkout, "strongroom"), [...own, ...args], {
      env: this.environment,
      ...(input === undefined ? {} : { input }),
    });
  }

  async run(args: string[]): Promise<CommandResult> {
    return this.start(args);
  }

  /** @throws Error with all output when the command fails */
  async mustRun(args: string[], options: { checkout?: string } = {}): Promise<string> {
    const { exitCode, output } = await this.start(args, options);
    if (exitCode !== 0) throw new Error(`strongroom ${args.join(" ")} ended with ${exitCode}:\n${output}`);
    return output;
  }

  up(options: { checkout?: string } = {}): Promise<string> {
    return this.mustRun(["up", "--yes"], options);
  }

  /** Where the stack's passphrase, keys and logs are. */
  get stackFolder(): string {
    return join(this.home, "stacks", this.name);
  }

  get caFile(): string {
    return join(this.stackFolder, "ca.pem");
  }

  /** `https://vault.localhost:PORT` + path; give `load` and `request` 127.0.0.1 to connect to. */
  url(path = "/"): string {
    return `https://vault.localhost:${this.httpsPort}${path}`;
  }

  /** Ids of this stack's containers with a role, running ones only by default. */
  async containers(role: string, all = false): Promise<string[]> {
    const out = await docker(
      "ps",
      ...(all ? ["--all"] : []),
      "--quiet",
      "--no-trunc",
      "--filter",
      `label=strongroom.stack=${this.name}`,
      "--filter",
      `label=strongroom.role=${role}`,
    );
    return out.split("\n").filter(Boolean);
  }

  /** Tags by which the host records what the stack's parts ran. */
  async recordedImages(): Promise<string[]> {
    const filter = `--filter=reference=strongroom-${this.name}-releases/*`;
    const out = await docker("image", "ls", filter, "--format={{.Repository}}:{{.Tag}}");
    return out.split("\n").filter(Boolean).sort();
  }

  /** Everything that Docker has with this stack's label: `kind name role` lines, sorted. */
  async inventory(): Promise<string[]> {
    const filter = ["--filter", `label=strongroom.stack=${this.name}`];
    const role = '{{.Label "strongroom.role"}}';
    const [containers, networks, volumes] = await Promise.all([
      docker(
        "ps",
        "--all",
        ...filter,
        "--format",
        `container {{.Names}} ${role} {{.Label "strongroom.release"}} {{.State}}`,
      ),
      docker("network", "ls", ...filter, "--format", `network {{.Name}} ${role}`),
      docker(
        "volume",
        "ls",
        ...filter,
        "--format",
        `volume {{.Name}} ${role} {{.Label "strongroom.release"}}`,
      ),
    ]);
    return [containers, networks, volumes].flatMap((text) => text.split("\n").filter(Boolean)).sort();
  }

  /** Takes the edge's routes out of force while `check` runs, as no command does. */
  async withoutRoutes(check: () => Promise<void>): Promise<void> {
    const [edge] = await this.containers("edge");
    const inEdge = (script: string) =>
      docker("exec", edge!, "sh", "-c", `cd /etc/strongroom/edge && ${script}`);
    await inEdge("mv instances/*/routes.yml kept");
    try {
      await check();
    } finally {
      await inEdge("mv kept instances/$(hostname)/routes.yml");
    }
  }

  /** Removes everything of this stack from Docker and disk; safe to call at any point. */
  async destroy(): Promise<void> {
    const filter = ["--filter", `label=strongroom.stack=${this.name}`];
    const ids = async (...args: string[]) =>
      (await docker(...args, "--quiet", ...filter)).split("\n").filter(Boolean);
    const containers = await ids("ps", "--all");
    if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
    const networks = await ids("network", "ls");
    if (networks.length > 0) await docker("network", "rm", ...networks);
    const volumes = await ids("volume", "ls");
    if (volumes.length > 0) await docker("volume", "rm", ...volumes);
    const records = await this.recordedImages();
    if (records.length > 0) await docker("image", "rm", ...records);
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.stackFolder, { recursive: true, force: true });
    for (const kind of ["stacks", "history", "backups", "locks"]) {
      const folder = join(this.home, "state", ".pulumi", kind);
      if (!existsSync(folder)) continue;
      for (const entry of readdirSync(folder, { recursive: true }).map(String)) {
        if (entry.includes(this.name)) rmSync(join(folder, entry), { recursive: true, force: true });
      }
    }
  }
}

function withoutCiphertext(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => !isCiphertext(member));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutCiphertext(member)]));
}

function isCiphertext(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}

/** Runs the docker CLI against the local daemon. @throws Error when it fails */
export function docker(...args: string[]): Promise<string> {
  return mustRun("docker", ["--host", ENDPOINT, ...args]);
}

/**
 * Two ports that are free now. Below the range from which the kernel takes ports for outgoing connections: one of
 * those could be taken between here and the start of the edge.
 */
export async function freePorts(): Promise<[number, number]> {
  const ports = new Set<number>();
  while (ports.size < 2) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports] as [number, number];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}
