import { readFileSync } from "node:fs";
import { CliError } from "../exit";
import { runEngine } from "../engine";
import type { Context } from "../context";
import type { Toolchain } from "../../toolchain";
import {
  exportForm,
  parseCheckpoint,
  readState,
  stateFile,
  type StackState,
  type StateResource,
} from "../state";

/** A deployment as `pulumi stack export` prints it; what is not named here stays as it is. */
export interface Deployment {
  version: number;
  deployment: { resources?: StateResource[]; pending_operations?: unknown[] };
}

/** What settling changes in a stack's state. */
export interface StateEdit {
  /** Forgets operations that were begun and never ended: what they left is found by label. */
  clearPending: boolean;
  /**
   * Generation of the routes that the host really has, so that the next update sees that it differs from
   * what the configuration says.
   */
  routesGeneration?: string;
}

const generationVariable = "STRONGROOM_GENERATION";

/** Whether a resource is the action that gives the edge its routes. */
function appliesRoutes({ urn, type, delete: doomed }: StateResource): boolean {
  return type === "command:local:Command" && urn.endsWith("::routes-apply") && !doomed;
}

/** Generation of the routes as state records it; undefined when no routes were ever applied. */
export function recordedGeneration(resources: StateResource[]): string | undefined {
  const environment = resources.find(appliesRoutes)?.inputs?.environment as
    Record<string, string> | undefined;
  return environment?.[generationVariable];
}

/** The deployment with the edit made. */
export function editDeployment(deployment: Deployment, edit: StateEdit): Deployment {
  const { pending_operations: pending, ...rest } = deployment.deployment;
  const withGeneration = (values: Record<string, unknown> | undefined) =>
    values && {
      ...values,
      environment: { ...(values.environment as object), [generationVariable]: edit.routesGeneration },
    };
  const resources = rest.resources?.map((resource) =>
    edit.routesGeneration !== undefined && appliesRoutes(resource)
      ? { ...resource, inputs: withGeneration(resource.inputs), outputs: withGeneration(resource.outputs) }
      : resource,
  );
  return {
    ...deployment,
    deployment: {
      ...rest,
      ...(resources ? { resources } : {}),
      ...(pending && !edit.clearPending ? { pending_operations: pending } : {}),
    },
  };
}

/** Makes the edit by the engine's own export and import; secrets stay encrypted on the way. */
export async function editState(context: Context, toolchain: Toolchain, edit: StateEdit): Promise<void> {
  const deployment = JSON.parse(await stackCommand(context, toolchain, ["export"])) as Deployment;
  await stackCommand(context, toolchain, ["import"], JSON.stringify(editDeployment(deployment, edit)));
}

/** The stack's state: from its file where there is one, else by the engine, which takes a second or two. */
export async function loadState(context: Context, toolchain: Toolchain): Promise<StackState> {
  return readState(context) ?? parseCheckpoint(await stackCommand(context, toolchain, ["export"]));
}

/** The stack's state as `pulumi stack import` takes it, from where `loadState` has it; its secrets stay encrypted. */
export async function exportState(context: Context, toolchain: Toolchain): Promise<string> {
  const file = stateFile(context);
  return file === undefined
    ? stackCommand(context, toolchain, ["export"])
    : exportForm(readFileSync(file, "utf8"));
}

async function stackCommand(
  context: Context,
  toolchain: Toolchain,
  args: string[],
  input?: string,
): Promise<string> {
  const result = await runEngine(context, toolchain, ["stack", ...args], { output: "capture", input });
  if (result.exitCode !== 0) throw new CliError(`pulumi stack ${args[0]}: ${result.stderr.trim()}`);
  return result.stdout;
}
