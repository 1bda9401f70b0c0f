import { readFileSync } from "node:fs";
import type { PendingOperation } from "../../policies/gate/pending";
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
  /**
   * Forgets operations that were begun and never ended: what they left is found by label. What one has done to the
   * database's roles is not: the next update sees a difference there, and does it again.
   */
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

/** Shows who logs in to the database: without it the action that sees to that is run again. */
const loginVariable = "STRONGROOM_LOGIN";

/** Whether an operation was begun, and never ended, on the action that gives the database its roles. */
function isProvisionBegun({ urn, delete: doomed }: StateResource, pending: unknown[]): boolean {
  if (!urn.endsWith("::database-provision") || doomed) return false;
  return (pending as PendingOperation[]).some(({ resource }) => resource.urn === urn);
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
  const withoutLogin = (values: Record<string, unknown> | undefined) => {
    const entries = Object.entries((values?.environment ?? {}) as object);
    return (
      values && {
        ...values,
        environment: Object.fromEntries(entries.filter(([name]) => name !== loginVariable)),
      }
    );
  };
  const resources = rest.resources?.map((resource) => {
    const { inputs, outputs } = resource;
    if (edit.routesGeneration !== undefined && appliesRoutes(resource))
      return { ...resource, inputs: withGeneration(inputs), outputs: withGeneration(outputs) };
    if (edit.clearPending && isProvisionBegun(resource, pending ?? []))
      return { ...resource, inputs: withoutLogin(inputs), outputs: withoutLogin(outputs) };
    return resource;
  });
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
  await importState(context, toolchain, JSON.stringify(editDeployment(deployment, edit)));
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

/** Makes a deployment the stack's state; its secrets must be encrypted as the stack's own are. */
export async function importState(context: Context, toolchain: Toolchain, deployment: string): Promise<void> {
  await stackCommand(context, toolchain, ["import"], deployment);
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
