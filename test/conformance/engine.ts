import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

/** What the suite reads of a step of `pulumi preview --json`. */
export interface Step {
  op: string;
  urn: string;
  replaceReasons?: string[] | null;
  detailedDiff?: Record<string, { kind: string; inputDiff: boolean }> | null;
}

/** What the suite reads of a resource of `pulumi stack export`. */
export interface Recorded {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
}

/** What a run of the engine printed. */
export interface Run {
  failed: boolean;
  output: string;
}

/** The key by which a deployment marks an encrypted value, and its value for a secret. */
export const secretMark = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"] as const;

/** True if `value`, as recorded in a deployment, is encrypted. */
export function isSecret(value: unknown): boolean {
  return (value as Record<string, unknown> | undefined)?.[secretMark[0]] === secretMark[1];
}

/**
 * A small Pulumi project with a stack of its own, in a folder of its own. It uses the `pulumi` of PATH and
 * the plugins of PULUMI_HOME, so the same tests judge stand-ins and official plugins.
 */
export class Project {
  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Makes the project and its stack `test`; the caller has to `remove` it. */
  static async create(): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "conformance-"));
    const project = new Project(folder, {
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...process.env,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "conformance",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    });
    await symlink(resolve(__dirname, "../../node_modules"), join(folder, "node_modules"));
    await writeFile(
      join(folder, "Pulumi.yaml"),
      "name: conformance\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    await writeFile(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
    await project.program("");
    try {
      await project.must("stack", "init", "test");
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
    return project;
  }

  /** Replaces the program: JavaScript, with `pulumi` and the four provider packages in scope. */
  async program(body: string): Promise<void> {
    const packages = ["pulumi", "command", "tls", "cloudflare", "docker"];
    // Each is loaded at its first use: the engine starts a plugin for what is registered, not for what is loaded.
    const scope = packages.map((name) => `get ${name}() { return require("@pulumi/${name}"); }`).join(", ");
    await writeFile(join(this.folder, "index.js"), `with ({ ${scope} }) {\n${body}\n}\n`);
  }

  /** Runs pulumi; a failure is a result, not an exception. */
  async run(...args: string[]): Promise<Run> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.env,
      extendEnv: false,
      reject: false,
      all: true,
    });
    if (result.code === "ENOENT")
      throw new Error("There is no `pulumi` on PATH: run the suite by ./strongroom test.");
    return { failed: result.failed, output: result.all ?? "" };
  }

  /** Runs pulumi and throws with what it printed if it fails. */
  async must(...args: string[]): Promise<string> {
    const { failed, output } = await this.run(...args);
    if (failed) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    return output;
  }

  /** Applies the program. */
  up(): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview");
  }

  /** Applies the program and throws if that fails. */
  mustUp(): Promise<string> {
    return this.must("up", "--yes", "--skip-preview");
  }

  /** The steps that a preview plans for resources of `type` (a token's last part), `same` left out. */
  async plan(type: string): Promise<Step[]> {
    const result = await execa("pulumi", ["preview", "--json", "--non-interactive"], {
      cwd: this.folder,
      env: this.env,
      extendEnv: false,
    });
    const { steps } = JSON.parse(result.stdout) as { steps: Step[] };
    return steps.filter(({ op, urn }) => op !== "same" && (urn.split("::")[2] ?? "").endsWith(`:${type}`));
  }

  /** The names of the operations of `plan`, in its order. */
  async planned(type: string): Promise<string[]> {
    return (await this.plan(type)).map(({ op }) => op);
  }

  /** The text of the deployment as recorded, secrets encrypted. */
  deployment(): Promise<string> {
    return this.must("stack", "export");
  }

  /** The recorded resources of `type` (a token's last part). */
  async recorded(type: string): Promise<Recorded[]> {
    const { deployment } = JSON.parse(await this.deployment()) as { deployment: { resources?: Recorded[] } };
    return (deployment.resources ?? []).filter((resource) => resource.type.endsWith(`:${type}`));
  }

  /** The stack's outputs, secrets in clear. */
  async outputs<T = Record<string, string>>(): Promise<T> {
    return JSON.parse(await this.must("stack", "output", "--json", "--show-secrets")) as T;
  }

  /** Destroys what the stack holds and removes the project. */
  async remove(): Promise<void> {
    const { failed, output } = await this.run("destroy", "--yes", "--skip-preview");
    await rm(this.folder, { recursive: true, force: true });
    if (failed) throw new Error(`pulumi destroy failed:\n${output}`);
  }
}
