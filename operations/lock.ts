import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { docker, dockerTry, inspectContainers, labelFlags, removeContainers } from "./docker";
import { OperationError } from "./errors";
import { processFate, processIdentity, type ProcessIdentity } from "./process-identity";

export interface LockOwner extends ProcessIdentity {
  /** Random token of this taking: a lock that was broken and taken by another has another token. */
  token: string;
  verb: string;
}

export interface HostLock {
  owner: LockOwner;
  /** @throws OperationError when the lock is no longer ours; call before every write */
  check(): Promise<void>;
}

const WAIT_SECONDS = 60;
const POLL_MS = 500;

/** Name of the lock: a container that is created and never started, since Docker makes its name exclusive. */
export function lockName(stack: string): string {
  return `strongroom-${stack}-lock`;
}

/** Who holds the stack's lock on this host, if anybody does. */
export async function lockOwner(endpoint: string, stack: string): Promise<LockOwner | undefined> {
  const [lock] = await inspectContainers(endpoint, [lockName(stack)]);
  if (!lock) return undefined;
  const label = (key: string) => lock.Config.Labels[`strongroom.lock.${key}`] ?? "unknown";
  return {
    token: label("owner"),
    host: label("host"),
    pid: Number(label("pid")),
    started: label("started"),
    verb: label("verb"),
  };
}

/** Removes the lock whoever holds it. Only for a dead owner's lock, or on an operator's order. */
export async function breakLock(endpoint: string, stack: string): Promise<void> {
  await removeContainers(endpoint, [lockName(stack)]);
}

/**
 * Runs `work` under the stack's lock on this Docker host. A dead owner's lock is taken over; a living one's
 * is waited for, 60 s at most.
 * @param image any image that the host has: the lock is a container made of it and never started
 * @throws OperationError naming the owner when the lock stays taken
 */
export async function withHostLock<T>(
  endpoint: string,
  stack: string,
  verb: string,
  image: string,
  work: (lock: HostLock) => Promise<T>,
): Promise<T> {
  const owner: LockOwner = { ...processIdentity(), token: randomUUID(), verb };
  await take(endpoint, stack, image, owner);
  const check = async () => {
    const now = await lockOwner(endpoint, stack);
    if (now?.token !== owner.token) {
      throw new OperationError(
        `the lock ${lockName(stack)} was taken away${now ? ` by ${describe(now)}` : ""}; nothing more is written`,
      );
    }
  };
  try {
    return await work({ owner, check });
  } finally {
    const now = await lockOwner(endpoint, stack).catch(() => undefined);
    if (now?.token === owner.token) await breakLock(endpoint, stack);
  }
}

async function take(endpoint: string, stack: string, image: string, owner: LockOwner): Promise<void> {
  const deadline = Date.now() + WAIT_SECONDS * 1000;
  const labels: Record<string, string> = {
    "strongroom.stack": stack,
    "strongroom.role": "lock",
    "strongroom.lock.owner": owner.token,
    "strongroom.lock.host": owner.host,
    "strongroom.lock.pid": String(owner.pid),
    "strongroom.lock.started": owner.started,
    "strongroom.lock.verb": owner.verb,
  };
  const args = [
    "create",
    "--name",
    lockName(stack),
    "--network=none",
    ...labelFlags(labels),
    "--entrypoint",
    "/strongroom-lock-is-never-started",
    image,
  ];
  for (;;) {
    const result = await dockerTry(endpoint, args);
    if (result.exitCode === 0) return;
    if (!/already in use/i.test(result.stderr)) {
      throw new OperationError(
        `cannot take the lock ${lockName(stack)} on ${endpoint}: ${result.stderr.trim()}`,
      );
    }
    const holder = await lockOwner(endpoint, stack);
    if (holder && processFate(holder) === "dead") {
      await breakLock(endpoint, stack);
      continue;
    }
    if (Date.now() > deadline) {
      const who = holder ? describe(holder) : "an unknown process";
      throw new OperationError(
        `the lock ${lockName(stack)} on ${endpoint} is held by ${who}; wait for it, or if it is gone: ./strongroom unlock --stack ${stack}`,
      );
    }
    await sleep(POLL_MS);
  }
}

export function describe(owner: LockOwner): string {
  return `process ${owner.pid} on ${owner.host.split("/")[0]} (${owner.verb})`;
}

/** Image of a container, to make the lock of. */
export async function imageOf(endpoint: string, container: string): Promise<string> {
  return docker(endpoint, ["container", "inspect", "--format", "{{.Image}}", container]);
}
