import { processFate } from "../../operations/process-identity";
import type { Context } from "../context";
import { refusal } from "../exit";
import { readRunRecord, type RunRecord } from "../run-record";
import { readState } from "../state";
import type { StateLock } from "./decisions";
import { describeLock, isStale, readStateLocks } from "./state-locks";

/** What is left of an earlier run, as far as files on this machine tell. */
export interface Leftovers {
  record?: RunRecord;
  locks: StateLock[];
  pendingOperations: number;
}

/** Looks at files only and changes nothing: some milliseconds. */
export function findLeftovers(context: Context): Leftovers {
  return {
    record: readRunRecord(context),
    locks: readStateLocks(context),
    pendingOperations: readState(context)?.pendingOperations.length ?? 0,
  };
}

/** Sentences for people on what a run would have to settle; none when there is nothing. */
export function describeLeftovers({ record, locks, pendingOperations }: Leftovers): string[] {
  return [
    ...(record
      ? [`a run of \`${record.command}\` (process ${record.pid}, ${record.startedAt}) ${fateOf(record)}`]
      : []),
    ...locks.map((lock) => `the stack's state is locked by ${describeLock(lock)}`),
    ...(pendingOperations
      ? [`${pendingOperations} operation(s) in the stack's state were begun and never ended`]
      : []),
  ];
}

function fateOf(record: RunRecord): string {
  return { alive: "is at work", dead: "never came to its end", unknown: "was begun on another machine" }[
    processFate(record)
  ];
}

/** Whether a run from this machine never came to its end. */
export function wasInterrupted(context: Context): boolean {
  const record = readRunRecord(context);
  return record !== undefined && processFate(record) === "dead";
}

/**
 * Refuses while another run is at work on the stack; touches nothing.
 * @throws CliError naming the other run and what to do
 */
export function refuseIfBusy(context: Context): void {
  const { record, locks } = findLeftovers(context);
  const unlock = `./strongroom unlock --stack ${context.stack}`;
  const fate = record && processFate(record);
  if (record && fate === "alive") {
    throw refusal(
      `\`strongroom ${record.command}\` is at work on stack ${context.stack} (process ${record.pid}, since ${record.startedAt}): wait for it`,
    );
  }
  if (record && fate === "unknown") {
    throw refusal(
      `\`strongroom ${record.command}\` was begun on ${record.host.split("/")[0]} (process ${record.pid}, ${record.startedAt}); whether it still runs cannot be seen from here.\nIf it does not: ${unlock}`,
    );
  }
  // The dead run's own lock goes with it.
  const held = locks.filter((lock) => !isStale(lock) && lock.pid !== record?.engine?.pid);
  if (held.length > 0) {
    throw refusal(
      [
        `stack ${context.stack} is locked:`,
        ...held.map((lock) => `  by ${describeLock(lock)}`),
        `Wait for it; if that process is gone: ${unlock}`,
      ].join("\n"),
    );
  }
}
