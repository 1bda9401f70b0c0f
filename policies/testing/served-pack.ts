import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The packages of the protocol are the SDK's own, so they are loaded from where it finds them.
const sdk = createRequire(createRequire(__filename).resolve("@pulumi/policy"));
const grpc = sdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { AnalyzerClient } = sdk(
  "@pulumi/pulumi/proto/analyzer_grpc_pb",
) as typeof import("@pulumi/pulumi/proto/analyzer_grpc_pb");
const messages = sdk("@pulumi/pulumi/proto/analyzer_pb") as typeof import("@pulumi/pulumi/proto/analyzer_pb");
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb") as {
  Struct: { fromJavaScript(value: object): never };
};
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => never };

export interface Diagnostic {
  policy: string;
  message: string;
  mandatory: boolean;
}

/** A policy pack that runs as a process of its own, spoken to as the engine does. */
export class ServedPack {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: InstanceType<typeof AnalyzerClient>,
    /** Processor time of the process until it listened, seconds; Linux only. */
    readonly startSeconds: number,
  ) {}

  /** Starts the pack and waits for its port. @throws Error with what it printed when it ends instead */
  static async start([program, ...args]: [string, ...string[]], folder: string): Promise<ServedPack> {
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    child.stderr.on("data", (data: Buffer) => (printed += data.toString()));
    const port = await new Promise<string>((done, fail) => {
      child.stdout.once("data", (data: Buffer) => done(data.toString().trim()));
      child.once("exit", (code) => fail(new Error(`the pack ended with code ${code}: ${printed}`)));
      child.once("error", fail);
    });
    const seconds = processorSeconds(child.pid!);
    return new ServedPack(
      child,
      new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()),
      seconds,
    );
  }

  /** Names of the policies, and whether each is mandatory. */
  async policies(): Promise<Map<string, boolean>> {
    const info = await call<InstanceType<typeof messages.AnalyzerInfo>>((done) =>
      this.client.getAnalyzerInfo(new Empty(), done),
    );
    return new Map(
      info
        .getPoliciesList()
        .map((policy) => [
          policy.getName(),
          policy.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
        ]),
    );
  }

  /** Levels that the pack's own configuration gives to policies; the engine takes them before the policies' own. */
  async configuredLevels(): Promise<Map<string, boolean>> {
    const info = await call<InstanceType<typeof messages.AnalyzerInfo>>((done) =>
      this.client.getAnalyzerInfo(new Empty(), done),
    );
    const levels = new Map<string, boolean>();
    info.getInitialconfigMap().forEach((config, id) => {
      levels.set(id, config.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY);
    });
    return levels;
  }

  /** What the pack says of one resource's inputs, in the engine's form: secrets and unknown values are marked. */
  async analyze(type: string, inputs: object): Promise<Diagnostic[]> {
    const request = new messages.AnalyzeRequest();
    request.setType(type);
    request.setName("it");
    request.setUrn(`urn:pulumi:test::strongroom::${type}::it`);
    request.setProperties(Struct.fromJavaScript(inputs));
    request.setOptions(new messages.AnalyzerResourceOptions());
    const response = await call<InstanceType<typeof messages.AnalyzeResponse>>((done) =>
      this.client.analyze(request, done),
    );
    return response.getDiagnosticsList().map((diagnostic) => ({
      policy: diagnostic.getPolicyname(),
      message: diagnostic.getMessage(),
      mandatory: diagnostic.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
    }));
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill();
    await ended;
  }
}

function call<T>(start: (done: (error: Error | null, response: T) => void) => void): Promise<T> {
  return new Promise((done, fail) => start((error, response) => (error ? fail(error) : done(response))));
}

/** Time in user and kernel mode, of children that ended too (proc(5), fields 14 to 17), in 1/100 s. */
function processorSeconds(pid: number): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
