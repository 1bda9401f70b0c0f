import { isFindable } from "../../policies/gate/pending";
import type { StackState, StateResource } from "../state";

/** A labelled container of the stack as Docker lists it. */
export interface ContainerFound {
  id: string;
  name: string;
  /** Docker's state: created, running, paused, restarting, exited, dead. */
  status: string;
  role: string;
  service: string;
  release: string;
  /** Milliseconds since 1970 by the host's clock, whole seconds; NaN or none where it is not known. */
  createdAt?: number;
}

/** A labelled network or volume. `id` is Docker's id for networks, the name for volumes. */
export interface ThingFound {
  id: string;
  name: string;
  role: string;
}

/** All labelled resources of one stack on one Docker host. */
export interface Inventory {
  endpoint: string;
  containers: ContainerFound[];
  networks: ThingFound[];
  volumes: ThingFound[];
}

const dockerType = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
} as const;

/**
 * Containers that operations make and end themselves: the lock, whose owner may live, a migration's job, which the
 * next run takes over, and the maintenance page, which stands until the routes say otherwise.
 */
const operationRoles = ["lock", "migration", "maintenance"];

/**
 * A volume that is never removed on the ground that state does not know it: losing data is worse than
 * keeping too much, and a fixed name finds it again.
 */
export function holdsData({ role }: ThingFound): boolean {
  return role.endsWith("-data");
}

/** What an interrupted run left on the host: labelled as this stack's, and unknown to its state. */
export function findOrphans(
  inventory: Inventory,
  state: StackState,
): Pick<Inventory, "containers" | "networks" | "volumes"> {
  const known = knownIds(state);
  return {
    containers: inventory.containers.filter(
      ({ id, role }) => !operationRoles.includes(role) && !known.has(id),
    ),
    networks: inventory.networks.filter(({ id }) => !known.has(id)),
    volumes: inventory.volumes.filter((volume) => !holdsData(volume) && !known.has(volume.id)),
  };
}

/** Roles of containers that the program declares, and whose end people notice. */
const servingRoles = ["edge-front", "edge", "database", "service"];

/** Running containers that state does not know, of those whose end people notice: left by a run, or taken out of state. */
export function findServingUnknown(inventory: Inventory, state: StackState): ContainerFound[] {
  return findOrphans(inventory, state).containers.filter(
    ({ role, status }) => servingRoles.includes(role) && status === "running",
  );
}

/** Docker's clock may be another host's, and both clocks tell whole seconds. */
const clockSkewMs = 2000;

/**
 * Containers that were there when an update succeeded.
 * @param success when that was, milliseconds since 1970; undefined when there was none
 */
export function olderThan(containers: ContainerFound[], success: number | undefined): ContainerFound[] {
  return containers.filter(({ createdAt = NaN }) => createdAt + clockSkewMs < (success ?? NaN));
}

/**
 * Whether what runs on the host belongs to a stack of the same name with another state, e.g. another user's:
 * containers run, and state knows nothing of all that is there. An interrupted first run is told from it by its
 * networks and volumes, which are in state before any container is made.
 */
export function isForeign({ containers, networks, volumes }: Inventory, state: StackState): boolean {
  const known = knownIds(state);
  const ours = [...containers, ...networks, ...volumes].some(({ id }) => known.has(id));
  return (
    !ours && containers.some(({ role, status }) => !operationRoles.includes(role) && status === "running")
  );
}

function knownIds({ resources }: StackState): Set<string> {
  const types: string[] = Object.values(dockerType);
  return new Set(resources.flatMap(({ type, id }) => (id !== undefined && types.includes(type) ? [id] : [])));
}

/** Resources that state has and no host has any more, e.g. removed by hand: the engine must look for itself. */
export function findMissing(inventories: Inventory[], { resources }: StackState): StateResource[] {
  const there = new Set(
    inventories.flatMap(({ containers, networks, volumes }) =>
      [...containers, ...networks, ...volumes].map(({ id }) => id),
    ),
  );
  const types: string[] = Object.values(dockerType);
  return resources.filter(({ type, id }) => types.includes(type) && id !== undefined && !there.has(id));
}

/** A container that should run and does not, with what to do: a stopped database is started, never replaced. */
export interface ToStart extends ContainerFound {
  how: "start" | "unpause";
  /** As state has it. */
  image: string;
  /** Asked for by the configuration; else it may run only if it has traffic. */
  mustRun: boolean;
}

/**
 * Which stopped containers can be started again. Not those that the engine replaces or deletes anyway (replaced
 * already, or whose creation failed).
 */
export function findStopped(inventory: Inventory, state: StackState): ToStart[] {
  const shouldRun = new Map(
    state.resources.flatMap(({ type, id, delete: doomed, initErrors, inputs }) =>
      type === dockerType.container && id && !doomed && !initErrors?.length
        ? [[id, { image: String(inputs?.image), mustRun: inputs?.mustRun !== false }] as const]
        : [],
    ),
  );
  return inventory.containers.flatMap((container): ToStart[] => {
    const { id, status } = container;
    const known = shouldRun.get(id);
    if (known === undefined) return [];
    if (status === "paused") return [{ ...container, ...known, how: "unpause" }];
    return ["exited", "created", "dead"].includes(status) ? [{ ...container, ...known, how: "start" }] : [];
  });
}

/** A lock file of Pulumi's file backend. */
export interface StateLock {
  path: string;
  pid: number;
  username: string;
  hostname: string;
  /** ISO 8601. */
  timestamp: string;
}

/**
 * What is known of the process that a lock names: `gone`, or when the process that has its number now was
 * started, in milliseconds since 1970 (undefined where that cannot be said).
 */
export type LockProcess = "gone" | { startedAt?: number };

/** A process may be up to this much older by the clock's rounding than its own lock, in milliseconds. */
const clockTickMs = 2000;

/**
 * Whether a lock may be removed: only one of this machine whose process is gone. A process id is used again,
 * so one that was started after the lock was taken is another process.
 */
export function judgeLock(lock: StateLock, hostname: string, process: LockProcess): "remove" | "keep" {
  if (lock.hostname !== hostname) return "keep";
  if (process === "gone") return "remove";
  const taken = Date.parse(lock.timestamp);
  return process.startedAt !== undefined && process.startedAt > taken + clockTickMs ? "remove" : "keep";
}

/** Pending operations whose resource may exist without a label to find it by: a person has to look. */
export function unfindable(state: StackState): string[] {
  return state.pendingOperations
    .filter((operation) => operation.type === "creating" && !isFindable(operation))
    .map(({ resource }) => resource.urn);
}
