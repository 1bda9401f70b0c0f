import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type CommandResult, startCommand } from "./command";
import type { GateCase } from "./gate-cases";
import { CHECKOUT, TestStack } from "./test-stack";

/** File of the program, text in it, and what stands there instead; for an empty text the file as a whole. */
export type ProgramEdit = [file: string, from: string, to: string];

/** How a preview ends that the gate refuses. */
export const REFUSED = 3;

/** Everything of the checkout that a run needs. */
const PROGRAM = [
  "Pulumi.yaml",
  "cli",
  "components",
  "config",
  "images",
  "index.ts",
  "operations",
  "package-lock.json",
  "package.json",
  "policies",
  "program.cjs",
  "strongroom",
  "test",
  "toolchain",
  "tsconfig.json",
];

/** The dev stack, up, with a copy of the program beside it that may be broken. */
export class GateStack {
  /** A copy of the checkout. */
  readonly program = mkdtempSync(join(tmpdir(), "strongroom-program-"));

  /** What a shell needs for plain Pulumi. */
  private environment: string | undefined;

  private constructor(readonly stack: TestStack) {
    for (const name of PROGRAM) cpSync(join(CHECKOUT, name), join(this.program, name), { recursive: true });
    symlinkSync(join(CHECKOUT, "node_modules"), join(this.program, "node_modules"));
  }

  /** Configured, not up yet. */
  static async create(): Promise<GateStack> {
    const stack = await TestStack.create();
    // What is tested here is no product's start: a busy machine may take its time.
    stack.configure((config) => {
      for (const service of Object.values<Record<string, unknown>>(config.services))
        service.healthCheck = { startPeriodSeconds: 90, timeoutSeconds: 10 };
      // One that is not the first, so that there is one to go back to.
      config.services.dashboard.secrets = { SESSION_SECRET: { generation: 2 } };
    });
    return new GateStack(stack);
  }

  /** Applies it, and builds the release that cases change to. */
  async up(): Promise<void> {
    await this.stack.up();
    await this.stack.mustRun(["image", "build", "demo:1.1.0"]);
  }

  preview(change: GateCase, flags: string[] = []): Promise<CommandResult> {
    return this.with(change, (checkout) => this.stack.start(["preview", ...flags], { checkout }));
  }

  /** The engine's own preview of a change, without strongroom's command. @returns its event log */
  async eventLog(change: GateCase, flags: string[] = []): Promise<string> {
    const log = join(this.stack.folder, "events.jsonl");
    // The engine keeps the mode of a file that is there.
    writeFileSync(log, "", { mode: 0o600 });
    await this.with(change, (checkout) =>
      this.pulumi(["preview", "--suppress-progress", "--event-log", log, ...flags], checkout),
    );
    try {
      return readFileSync(log, "utf8");
    } finally {
      rmSync(log);
    }
  }

  /** Runs the engine itself as `./strongroom env` says, whether it succeeds or not. */
  async pulumi(args: string[], checkout = CHECKOUT): Promise<CommandResult> {
    this.environment ??= await this.stack.mustRun(["env"]);
    const script = `${this.environment}\nexec pulumi "$@" --non-interactive`;
    return startCommand("bash", ["-c", script, "pulumi", ...args], {
      cwd: checkout,
      env: { ...this.stack.environment, PULUMI_DEBUG_COMMANDS: "true" },
    });
  }

  /** @throws Error with all output when the engine fails */
  async mustPulumi(args: string[], checkout = CHECKOUT): Promise<void> {
    const { exitCode, output } = await this.pulumi(args, checkout);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  }

  /** A value as the stack's secrets manager encrypts it for a configuration file. */
  async encrypted(value: string): Promise<string> {
    const exported = join(this.stack.folder, "manager.json");
    await this.mustPulumi(["stack", "export", "--file", exported]);
    const { deployment } = JSON.parse(readFileSync(exported, "utf8")) as {
      deployment: { secrets_providers: { state: { salt: string } } };
    };
    // The stack's own file names no secrets manager, so the engine would not write to it.
    const file = join(this.stack.folder, "encrypted.yaml");
    writeFileSync(file, stringify({ encryptionsalt: deployment.secrets_providers.state.salt }));
    await this.mustPulumi(["config", "set", "--secret", "own", value, "--config-file", file]);
    const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, { secure: string }> };
    for (const each of [exported, file]) rmSync(each);
    return Object.values(config)[0]!.secure;
  }

  /** Does something while a change is made, and takes the change back. @param run gets the checkout to run in */
  async with<T>({ config, program = [] }: GateCase, run: (checkout: string) => PromiseLike<T>): Promise<T> {
    const configured = readFileSync(this.stack.configFile, "utf8");
    const sources = new Map(program.map(([file]) => [file, readFileSync(join(this.program, file), "utf8")]));
    try {
      if (config) this.stack.configure(config);
      for (const edit of program) this.edit(edit);
      return await run(program.length > 0 ? this.program : CHECKOUT);
    } finally {
      writeFileSync(this.stack.configFile, configured);
      for (const [file, source] of sources) writeFileSync(join(this.program, file), source);
    }
  }

  private edit([file, from, to]: ProgramEdit): void {
    const path = join(this.program, file);
    const source = readFileSync(path, "utf8");
    const changed = from === "" ? to : source.replace(from, () => to);
    if (changed === source) throw new Error(`${file} does not hold "${from}"`);
    writeFileSync(path, changed);
  }

  async destroy(): Promise<void> {
    rmSync(this.program, { recursive: true, force: true });
    await this.stack.destroy();
  }
}

/** Whether a preview was refused by a rule, with what to do instead. */
export function isStopped({ exitCode, output }: CommandResult, rule: string): boolean {
  const findings = output.split(/^(?=REFUSED {2})/m);
  return (
    exitCode === REFUSED &&
    findings.some((text) => text.startsWith(`REFUSED  ${rule}  `) && /^ {2}Remedy: \S/m.test(text))
  );
}

/** Whether a preview passed and said nothing but what happens. */
export function isSilent({ exitCode, output }: CommandResult): boolean {
  return exitCode === 0 && !/REFUSED|SUPPRESSED|INTERRUPTED|note {2}|repair:/.test(output);
}
