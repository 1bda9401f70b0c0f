import { TYPES } from "../support/types";
import type { Change, Side } from "./update";
import { objects, text, Unjudgeable } from "./values";

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

/** What becomes of the database's servers. */
export function databaseServers(changes: Change[]): Change[] {
  return changes.filter(({ type, role }) => type === TYPES.container && role === "database");
}

/** What becomes of the volumes with the database's data. */
export function dataVolumes(changes: Change[]): Change[] {
  return changes.filter(({ type, role }) => type === TYPES.volume && role === "database-data");
}

/**
 * The database's server that goes, and the one beside it on another volume: the product moves from one to the other.
 * After an interruption the one that comes may be there already.
 */
export function databaseMove(changes: Change[]): { gone: Change; come: Change } | undefined {
  const servers = databaseServers(changes);
  const gone = servers.find(({ kind }) => kind === "delete");
  const come = servers.find((each) => gone && each.after && isElsewhere(gone.before!, each.after));
  return gone && come ? { gone, come } : undefined;
}

/** Volumes that cannot be known count as others: whoever needs their names finds that out. */
function isElsewhere(gone: Side, come: Side): boolean {
  try {
    return volumesOf(gone).join() !== volumesOf(come).join();
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return true;
  }
}
