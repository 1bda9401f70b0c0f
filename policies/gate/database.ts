import { TYPES } from "../support/types";
import type { Change, Side } from "./update";
import { objects, text } from "./values";

/**
 * Docker's names of the volumes that a container mounts, sorted.
 * @throws Unjudgeable when one is secret or not known
 */
export function volumesOf({ inputs }: Side): string[] {
  return objects(inputs, "mounts")
    .filter((mount) => text(mount, "type") === "volume")
    .map((mount) => text(mount, "source"))
    .sort();
}

/** The database's server that goes, and the one that comes beside it: the product moves from one to the other. */
export function databaseMove(changes: Change[]): { gone: Change; come: Change } | undefined {
  const servers = changes.filter(({ type, role }) => type === TYPES.container && role === "database");
  const gone = servers.find(({ kind }) => kind === "delete");
  const come = servers.find(({ kind }) => kind === "create");
  return gone && come ? { gone, come } : undefined;
}
