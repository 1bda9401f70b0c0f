import { setTimeout as sleep } from "node:timers/promises";
import { dockerTry, inspectContainers } from "../docker";
import { OperationError } from "../errors";

/** What ends a rehearsal early: called between its steps. @throws Error when the operator wants it to stop */
export type StopSign = () => void;

/** A container that did not do what it should, with all that it said. */
export class RehearsalError extends OperationError {
  constructor(
    message: string,
    /** The container's log; may hold secrets. */
    readonly log: string,
  ) {
    super(message);
  }
}

/** Lines of a failed container's log that are kept: as many as of a release that failed. */
const KEPT_LINES = 2000;

const POLL_MS = 500;

/**
 * Waits until a container's health check passes. It is run by `docker exec`, in the form that the stack declares.
 * @param check `seconds`: how long it may take; `timeoutSeconds`: how long one try may
 * @throws RehearsalError when the container ends, or does not get healthy in time
 */
export async function awaitHealth(
  endpoint: string,
  container: string,
  check: { test: string[]; timeoutSeconds: number; seconds: number; what: string },
  stopIfAsked: StopSign,
): Promise<void> {
  const deadline = Date.now() + check.seconds * 1000;
  const command = healthCommand(check.test);
  for (;;) {
    stopIfAsked();
    const timeoutSeconds = check.timeoutSeconds;
    const tried = await dockerTry(endpoint, ["exec", container, ...command], { timeoutSeconds });
    if (tried.exitCode === 0) return;
    const [state] = await inspectContainers(endpoint, [container]);
    if (!state?.State.Running) {
      const how = state?.State.OOMKilled ? "ran out of memory" : `ended with code ${state?.State.ExitCode}`;
      throw await failure(endpoint, container, `${check.what} ${how}`);
    }
    if (Date.now() > deadline)
      throw await failure(
        endpoint,
        container,
        `${check.what} does not get healthy within ${check.seconds} s`,
      );
    await sleep(POLL_MS);
  }
}

/** @returns an error with the end of the container's log */
export async function failure(endpoint: string, container: string, message: string): Promise<RehearsalError> {
  const { stdout, stderr } = await dockerTry(endpoint, ["logs", `--tail=${KEPT_LINES}`, container]);
  return new RehearsalError(message, `${stdout}\n${stderr}`.trim());
}

/** A health check in Docker's form as a command. @throws OperationError for none */
export function healthCommand([kind, ...words]: string[]): string[] {
  if (kind === "CMD" && words.length > 0) return words;
  if (kind === "CMD-SHELL" && words.length === 1) return ["sh", "-c", words[0]!];
  throw new OperationError("the profile has no health check, so nothing can be rehearsed");
}
