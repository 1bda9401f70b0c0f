import { serviceContainers } from "../../policies/gate/containers";
import type { Judgement } from "../../policies/gate/exceptions";
import { databaseMove, dataVolumes } from "../../policies/gate/database";
import { isRefused } from "../../policies/gate/judge";
import type { Facts, Finding } from "../../policies/gate/rule";
import type { Change, Update } from "../../policies/gate/update";
import { mayInterrupt, type Window } from "../../policies/gate/windows";
import { TYPES } from "../../policies/support/types";
import { nextWindow } from "../gate/window";
import { lazy } from "../lazy";
import { componentNames } from "./components";
import { type NameFacts, namesOn, type Task } from "./names";
import { passwordsOf } from "./passwords";
import { releaseOn } from "./release";

export type Kind = Change["kind"];

/** What happens to one service, and who notices. */
export interface ServiceReport {
  name: string;
  /** `version (release)` that is there now, and that will be; several while an earlier run left some. */
  before?: string;
  after?: string;
  strategy: Facts["strategy"];
  /** `new`: nobody can notice, it was not there. */
  interruption: "none" | "interrupted" | "new";
  /** Why people notice; empty unless interrupted. */
  causes: string[];
  /** Where a new release's image comes from; none unless it came as a signed archive. */
  archive?: ArchiveReport;
  /** What a release that goes still has open; none where none goes. */
  cut?: CutReport;
}

/** A signed archive, as the configuration names it, and what was verified of it on this machine. */
export interface ArchiveReport {
  file: string;
  /** The key: `sha256:` and its fingerprint. */
  signer: string;
  /** By which the signature was verified, and when, ISO 8601; none where there is no record of it. */
  verified?: { format: string; at: string };
}

/** When WebSockets and requests of a release that goes end, seconds from when it gets no new ones. */
export interface CutReport {
  /** It gets its stop signal, by which products end WebSockets. */
  toldAfterSeconds: number;
  /** It is killed, with what it still has open. */
  cutAfterSeconds: number;
}

/** What a report needs of a service's configuration. */
export interface ServiceFacts {
  drainSeconds: number;
  stopGraceSeconds: number;
  archive?: ArchiveReport;
}

/** A finding that stands aside, and who answers for it. */
export interface SuppressedReport {
  finding: Finding;
  owner: string;
  ticket: string;
  reason: string;
  /** Last day, YYYY-MM-DD. */
  expires: string;
  daysLeft: number;
}

/** What happens to one resource: names and properties, never a property's value. */
export interface ResourceReport {
  urn: string;
  type: string;
  name: string;
  kind: Kind;
  /** Names of the properties that differ. */
  diffs: string[];
  /** Name of the stack's component that it is a part of; none for a resource of the user's own. */
  component?: string;
  /** What it is for, by its label. */
  role?: string;
}

/** What happens to a volume whose content no configuration can write again. */
export interface DataReport {
  /** Name of the resource. */
  volume: string;
  role?: string;
  /** `left`: no longer a part of the stack, and still on its host with all that it holds. */
  fate: "deleted" | "replaced" | "left";
}

/** Everything that a reviewer is told about a preview, whatever the format. It holds no property's value. */
export interface PreviewReport {
  stack: string;
  /** Whether the gate could judge the preview. If not, nothing is known but `refused` and `notJudged`. */
  judged: boolean;
  /** Why not; none where the engine says so itself. */
  notJudged?: string;
  /** The engine compared with nothing: everything appears as new, and what is there was not looked at. */
  withoutState?: true;
  /** The update must not be made. */
  refused: boolean;
  /** Whether the engine would make the update: its preview came to its end without an error. */
  succeeded: boolean;
  /** How many resources change, by how. */
  counts: Record<Exclude<Kind, "same">, number>;
  services: ServiceReport[];
  /** Data that the update does something to. */
  data: DataReport[];
  /** What happens to the names under which services are reached: sentences. */
  names: string[];
  /** What is left to people, because of these names and of identity providers: `up` has somebody answer for each. */
  tasks: Task[];
  /** DNS records that people keep and at which `up` looks before it changes anything: name, type, address. */
  records: string[];
  /** What a move to another database loses and keeps; empty when the product stays where it is. */
  databaseMove: string[];
  /** Who can log in to the database after it, where that changes: sentences. */
  passwords: string[];
  /** How to undo the update; none when it changes nothing. */
  wayBack?: string;
  /** How long the migration of a release that comes takes, as far as it was rehearsed; none when none comes. */
  migration?: string;
  /** Whether a maintenance window is open; none when none is needed. */
  maintenanceWindow?: string;
  findings: Finding[];
  suppressed: SuppressedReport[];
  /** What is wrong with the exceptions: each refuses the update. */
  errors: string[];
  /** Every resource but components, in the engine's order. */
  resources: ResourceReport[];
  /** What an update can be held to (`up --expect`), if it was asked for and the update may be made. */
  digest?: string;
}

/** What a reader of a preview without state must know before anything else. */
export const WITHOUT_STATE =
  "everything appears as new, with placeholders for secrets and local images; what it would change of the stack that is there was not looked at";

export interface ReportArgs {
  withoutState?: boolean;
  stack: string;
  update: Update;
  judgement: Judgement;
  /** Causes of an interruption by service. */
  causes: Map<string, string[]>;
  facts: Facts;
  naming: NameFacts;
  windows: Window[];
  now: Date;
  /** As the report has it. */
  migration?: string;
  /** By service; one that is not in the configuration any more is not in it. */
  services?: Record<string, ServiceFacts>;
}

/** The report on a preview that was judged. */
export function reportOn(args: ReportArgs): PreviewReport {
  const { stack, update, judgement } = args;
  const counts = countsOf(update.changes);
  const { names, tasks, records } = namesOn(update, args.naming);
  return {
    stack,
    judged: true,
    ...(args.withoutState ? { withoutState: true as const } : {}),
    refused: isRefused(judgement),
    succeeded: update.succeeded,
    counts,
    services: servicesOf(args),
    data: dataOf(update),
    names,
    tasks: [...tasks, ...(update.outputs.after?.ssoCertificates ? lazy.ssoTasks().ssoTasksOn(update) : [])],
    records,
    databaseMove: databaseMove(update.changes) ? lazy.databaseMove().databaseMoveOf(update, args.now) : [],
    passwords: passwordsIn(update),
    ...(changes({ counts }) > 0 && !args.withoutState ? { wayBack: wayBackOf(args) } : {}),
    ...(args.migration === undefined ? {} : { migration: args.migration }),
    ...windowOf(args),
    findings: judgement.findings,
    suppressed: judgement.suppressed.map(
      ({ finding, exception: { owner, ticket, reason, expires }, daysLeft }) => ({
        finding,
        owner,
        ticket,
        reason,
        expires,
        daysLeft,
      }),
    ),
    errors: judgement.errors,
    resources: resourcesOf(update),
  };
}

/**
 * The report on a preview that nobody can say anything about.
 * @param reason why the gate refuses it; undefined where the engine was stopped or refused by itself
 */
export function reportUnjudged(stack: string, reason?: string): PreviewReport {
  return {
    stack,
    judged: false,
    ...(reason === undefined ? {} : { notJudged: reason }),
    refused: reason !== undefined,
    succeeded: false,
    counts: countsOf([]),
    services: [],
    data: [],
    names: [],
    tasks: [],
    records: [],
    databaseMove: [],
    passwords: [],
    findings: [],
    suppressed: [],
    errors: [],
    resources: [],
  };
}

/** How many resources change. */
export function changes({ counts }: Pick<PreviewReport, "counts">): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function isComponent(type: string): boolean {
  return (
    type.startsWith("strongroom:") ||
    type === "pulumi:pulumi:Stack" ||
    type.startsWith("pulumi:providers:default")
  );
}

function countsOf(all: Change[]): PreviewReport["counts"] {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, unjudged: 0 };
  for (const { kind, type } of all) if (kind !== "same" && !isComponent(type)) counts[kind] += 1;
  return counts;
}

function servicesOf({ update, causes, facts, services }: ReportArgs): ServiceReport[] {
  const own = update.changes.filter(({ type, role }) => type === TYPES.container && role === "service");
  const names = [...new Set(own.map(({ service }) => service ?? ""))].sort();
  const existing = new Set(serviceContainers(update).map(({ service }) => service));
  return names.map((name) => {
    const containers = own.filter(({ service }) => service === name);
    const before = releaseOn("before", containers, facts);
    const after = releaseOn("after", containers, facts);
    const reasons = causes.get(name) ?? [];
    return {
      name,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      strategy: facts.strategy,
      interruption: !existing.has(name) ? "new" : reasons.length > 0 ? "interrupted" : "none",
      causes: existing.has(name) ? reasons : [],
      ...(before === after ? {} : ofNewRelease(before, facts, services?.[name])),
    };
  });
}

function passwordsIn({ changes: all }: Update): string[] {
  const provision = all.find(
    ({ type, name, kind, before, after }) =>
      type === TYPES.command && name.endsWith("-provision") && kind !== "same" && before && after,
  );
  return provision ? passwordsOf(provision) : [];
}

/** What only a change of release has. */
function ofNewRelease(
  before: string | undefined,
  { strategy }: Facts,
  service: ServiceFacts | undefined,
): Pick<ServiceReport, "archive" | "cut"> {
  if (!service) return {};
  const { archive, drainSeconds, stopGraceSeconds } = service;
  // One that must not run beside the next is stopped at once.
  const toldAfterSeconds = strategy === "recreate" ? 0 : drainSeconds;
  return {
    ...(archive ? { archive } : {}),
    ...(before === undefined
      ? {}
      : { cut: { toldAfterSeconds, cutAfterSeconds: toldAfterSeconds + stopGraceSeconds } }),
  };
}

/** Roles of volumes whose files are written anew from the configuration. */
const WRITTEN_ANEW = ["service-files", "edge-front-state"];

function dataOf({ changes: all }: Update): DataReport[] {
  return all.flatMap(({ type, role, name, kind, before }): DataReport[] => {
    if (type !== TYPES.volume || !before || WRITTEN_ANEW.includes(role ?? "")) return [];
    const about = { volume: name, ...(role === undefined ? {} : { role }) };
    if (kind === "delete") return [{ ...about, fate: before.retainOnDelete ? "left" : "deleted" }];
    return kind === "replace" ? [{ ...about, fate: "replaced" }] : [];
  });
}

/** A release that has migrated under `recreate` has no way back but a restore; a restored database is left by name. */
function wayBackOf({ update, facts }: ReportArgs): string {
  const restores = dataVolumes(update.changes).some(
    ({ before, after }) => !before && after && !after.protect,
  );
  if (restores && databaseMove(update.changes))
    return "name the restored volume in database.leave, take database.restore out and run up; what was written since the move is then lost";
  const changed = serviceContainers(update).some(({ before, after }) =>
    after.some((change) => !before.includes(change)),
  );
  return facts.strategy === "recreate" && changed
    ? "revert the diff and run up, as long as the new release has not migrated the database; then a restore"
    : "revert the diff and run up";
}

function windowOf({ windows, now, causes }: ReportArgs): Pick<PreviewReport, "maintenanceWindow"> {
  if (windows.length === 0 || [...causes.values()].every((reasons) => reasons.length === 0)) return {};
  return {
    maintenanceWindow: mayInterrupt(windows, now) ? "open now" : `closed; ${nextWindow(windows, now)}`,
  };
}

function resourcesOf(update: Update): ResourceReport[] {
  const nameOf = componentNames(update.changes);
  return update.changes
    .filter(({ type }) => !isComponent(type))
    .map((change) => {
      const { urn, type, name, kind, diffs, role } = change;
      const component = nameOf(change);
      return {
        urn,
        type,
        name,
        kind,
        diffs,
        ...(component === undefined ? {} : { component }),
        ...(role === undefined ? {} : { role }),
      };
    });
}
