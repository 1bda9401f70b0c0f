import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PendingOperation } from "../policies/gate/pending";
import { type Context, project, stateFolder } from "./context";

/** A resource as Pulumi's state has it, as far as the CLI uses it. */
export interface StateResource {
  urn: string;
  type: string;
  /** Docker's id for containers and networks, the name for volumes. */
  id?: string;
  /** It was replaced and waits for its deletion. */
  delete?: boolean;
  protect?: boolean;
  retainOnDelete?: boolean;
  /** URN of the resource whose deletion takes this one along, without its provider being asked. */
  deletedWith?: string;
  /** Its creation did not come to its end, e.g. a health wait that failed. */
  initErrors?: string[];
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export interface StackState {
  resources: StateResource[];
  pendingOperations: PendingOperation[];
  /** The stack's outputs; a secret one is an encrypted object. */
  outputs: Record<string, unknown>;
  /** Pulumi's `encryptionsalt`, when a passphrase encrypts the state. */
  salt?: string;
}

/** The file in which the file backend keeps a stack's state; undefined for other backends. */
export function stateFile(context: Context): string | undefined {
  const folder = stateFolder(context);
  return folder && join(folder, ".pulumi", "stacks", project, `${context.stack}.json`);
}

/**
 * Reads the state straight from the file backend: some milliseconds instead of an engine run.
 * @returns undefined when there is no such stack, or its state is in another backend
 */
export function readState(context: Context): StackState | undefined {
  const file = stateFile(context);
  if (file === undefined) return undefined;
  try {
    return parseCheckpoint(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** @param text a checkpoint of the file backend, or what `pulumi stack export` prints */
export function parseCheckpoint(text: string): StackState {
  const parsed = JSON.parse(text) as { checkpoint?: { latest?: Deployment }; deployment?: Deployment };
  const latest = parsed.checkpoint?.latest ?? parsed.deployment ?? {};
  const resources = latest.resources ?? [];
  const { type, state } = latest.secrets_providers ?? {};
  return {
    resources,
    pendingOperations: latest.pending_operations ?? [],
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    ...(type === "passphrase" && state?.salt ? { salt: state.salt } : {}),
  };
}

/** A checkpoint of the file backend in the form that `pulumi stack export` prints and `import` takes. */
export function exportForm(checkpoint: string): string {
  const { version, checkpoint: held } = JSON.parse(checkpoint) as {
    version: number;
    checkpoint?: { latest?: Deployment };
  };
  return `${JSON.stringify({ version, deployment: held?.latest ?? {} }, undefined, 2)}\n`;
}

interface Deployment {
  resources?: StateResource[];
  pending_operations?: PendingOperation[];
  secrets_providers?: { type?: string; state?: { salt?: string } };
}
