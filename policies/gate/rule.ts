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
  /** The database's connections; undefined where nobody has asked it. */
  connections?: Connections | undefined;
  /**
   * Docker daemons of the hosts: identifier at the last update, as far as this machine knows it, and now; undefined
   * where nobody has asked them.
   */
  daemons?: { host: string; applied: string | undefined; now: string }[] | undefined;
  /** Images from signed archives: service, `edge` or `database`; what was applied last, as far as is known; what comes. */
  origins: { part: string; applied: SignedImage | undefined; next: SignedImage }[];
  /** Secrets that the stack derives, as `service/NAME`: generation applied last, as far as is known, and the next. */
  generations: { secret: string; applied: number | undefined; next: number }[];
  /** The newest proven backup of the database in service; undefined for a stack without backups, or if none is needed. */
  backup?: BackupProof | undefined;
  /** The last entry of the stack's history but refreshes, as far as it is known: of `up`, of plain Pulumi, of others. */
  lastRun: LastRun | undefined;
}

/** Connections to the database. */
export interface Connections {
  /** How many it takes from the product and all others but its superuser. */
  max: number;
  /** Of services that run, by name: connections that are open, and replicas that have them. */
  services: Record<string, { open: number; replicas: number }>;
  /** Open ones of whoever is no service: backups, people. */
  others: number;
}

/** What is known of the newest proven backup. */
export type BackupProof =
  /** When its snapshot was taken, and how old that may be. */
  | { begun: Date; limitSeconds: number }
  /** What speaks against those there are, as a part of a sentence. */
  | { missing: string }
  /** Why nobody could look; `asksAgain` where the update itself will. */
  | { unseen: string; asksAgain: boolean };

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

/**
 * @param problem what is wrong, by fields; never a value that may be secret
 * @param options another level than the rule's
 */
export type Report = (
  resource: Pick<Change, "urn" | "name">,
  problem: string,
  options?: Pick<RuleText, "level">,
) => void;

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
export function each<T extends Pick<Change, "urn" | "name">>(
  changes: T[],
  report: Report,
  check: (change: T) => void,
): void {
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
    ({ urn, name }, problem, options) =>
      findings.push({ rule: id, level, urn, name, problem, why, remedy, source, ...options }),
    facts,
  );
  return findings;
}
