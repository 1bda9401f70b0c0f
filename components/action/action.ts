import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { canonicalJson } from "../canonical";
import type { DockerHost } from "../hosts/hosts";

export interface ActionArgs {
  /** Verb of operations/; it is run as `operations/run VERB PHASE`, relative to the project's folder. */
  verb: string;
  /** Docker host that it works on; its endpoint is the input's `docker`. */
  host: DockerHost;
  /** Further input of the verb: given as canonical JSON on stdin, always as a secret. */
  input: Record<string, pulumi.Input<unknown>>;
  /**
   * What a reviewer may see of the input, such as a generation: shown in the preview, set as environment
   * `STRONGROOM_<KEY>`. Never a secret.
   */
  visible?: Record<string, pulumi.Input<string>>;
  /** Phases that do something; a phase not named here is a no-op. Default: create and update. */
  phases?: Phase[];
  /** Values whose change replaces the action: the old one's delete then runs with its own old input. */
  triggers?: pulumi.Input<string>[];
}

export type Phase = "create" | "update" | "delete";

/** Where there is nothing to do the shell's null command is given, because the provider demands one. */
const NOTHING = ":";

/**
 * Something the stack makes a host do that no provider resource expresses. It fails the update when the verb
 * fails, is not run when its input is the same, and must be idempotent, since a failed one is run again.
 */
export class Action extends command.local.Command {
  constructor(
    name: string,
    args: ActionArgs,
    opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource },
  ) {
    const phases = args.phases ?? ["create", "update"];
    // `exec`: on Ctrl-C a shell in between would die at once and report a verb as failed that settles cleanly.
    const line = (phase: Phase) =>
      phases.includes(phase) ? `exec operations/run ${args.verb} ${phase}` : NOTHING;
    const input = { ...args.input, docker: args.host.endpoint };
    super(
      name,
      {
        create: line("create"),
        update: line("update"),
        ...(phases.includes("delete") ? { delete: line("delete") } : {}),
        stdin: pulumi.secret(pulumi.output(input).apply(canonicalJson)),
        environment: Object.fromEntries(
          Object.entries(args.visible ?? {}).map(([key, value]) => [
            `STRONGROOM_${key.toUpperCase()}`,
            value,
          ]),
        ),
        ...(args.triggers ? { triggers: args.triggers } : {}),
        logging: "none",
        addPreviousOutputInEnv: false,
      },
      {
        ...opts,
        provider: args.host.actions,
        additionalSecretOutputs: ["stdout", "stderr"],
        // It used to lie in a component of its own.
        aliases: [{ parent: pulumi.createUrn(name, "strongroom:action:Action", opts.parent) }],
      },
    );
  }
}
