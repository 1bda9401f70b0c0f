import type { SignedImage } from "../../config/images";
import type { RuleText } from "../support/rule";
import type { Change, Update } from "./update";
import { Unjudgeable } from "./values";

/** What is known from outside the update: inputs of the judgement, so that it depends on nothing else. */
export interface Facts {
  /** The profile's: whether two releases may run side by side. */
  strategy: "rolling" | "recreate";
  /** Version of an image by its reference, as far as anybody has said. */
  versionOf(reference: string): string | undefined;
  /** Oldest version that may be upgraded to an image of the configuration, if it names one. */
  requiredBy(reference: string): string | undefined;
  /** How each domain that the configuration names now gets its certificate. */
  certificates: Record<string, "private-ca" | "custom" | "acme">;
  /** The database's two login roles by their letter. */
  databaseRoles: { a: string; b: string };
  /** Docker's name of the restored volume that the product is meant to leave. */
  leave?: string | undefined;
  /** By which dates are judged. */
  now: Date;
  /** Memory of the host with services, edge and database, MiB; undefined where nobody has asked it. */
  memoryMiB?: number | undefined;
  /** Images from signed archives: service, `edge` or `database`; what was applied last, as far as is known; what comes. */
  origins: { part: string; applied: SignedImage | undefined; next: SignedImage }[];
  /** Secrets that the stack derives, as `service/NAME`: generation applied last, as far as is known, and the next. */
  generations: { secret: string; applied: number | undefined; next: number }[];
  /** The last entry of the stack's history but refreshes, as far as it is known: of `up`, of plain Pulumi, of others. */
  lastRun: LastRun | undefined;
}

export interface LastRun {
  /** The engine's word: `update`, `refresh`, `destroy`, … */
  kind: string;
  succeeded: boolean;
  /** Names of the flags that the engine was given. */
  flags: string[];
}

/** A rule over the transition from the old state to the new: what no policy pack can see. */
export interface GateRule extends RuleText {
  check(update: Update, report: Report, facts: Facts): void;
}

/** @param problem what is wrong, by fields; never a value that may be secret */
export type Report = (resource: Pick<Change, "urn" | "name">, problem: string) => void;

export interface Finding {
  rule: string;
  /** `repair`: what the update does about an interrupted run's leftovers; it is only told. */
  level: "mandatory" | "advisory" | "repair";
  urn: string;
  name: string;
  problem: string;
  why: string;
  remedy: string;
  source: string;
}

/**
 * Asks a check about each of the changes. One that would have to guess, because a value is secret or not known yet,
 * is a finding too.
 */
export function each(changes: Change[], report: Report, check: (change: Change) => void): void {
  for (const change of changes) {
    try {
      check(change);
    } catch (error) {
      if (!(error instanceof Unjudgeable)) throw error;
      report(change, `${error.what}, so the change cannot be judged`);
    }
  }
}

/** All findings of one rule. */
export function findingsOf(rule: GateRule, update: Update, facts: Facts): Finding[] {
  const { id, level, why, remedy, source } = rule;
  const findings: Finding[] = [];
  rule.check(
    update,
    ({ urn, name }, problem) => findings.push({ rule: id, level, urn, name, problem, why, remedy, source }),
    facts,
  );
  return findings;
}
