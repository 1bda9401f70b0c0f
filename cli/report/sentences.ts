import {
  changes,
  type DataReport,
  type Kind,
  type PreviewReport,
  type ResourceReport,
  type ServiceReport,
  WITHOUT_STATE,
} from "./report";
import { leftToPeople } from "./names";
import { cutOf, originOf } from "./release";

/** Each kind by a sign and a word: colour alone tells some people nothing. */
export const MARKS: Record<Kind, { sign: string; word: string }> = {
  create: { sign: "+", word: "added" },
  update: { sign: "~", word: "changed" },
  replace: { sign: "±", word: "replaced" },
  delete: { sign: "−", word: "removed" },
  unjudged: { sign: "?", word: "not judged" },
  same: { sign: "=", word: "unchanged" },
};

/** Kinds in the order in which they are listed. */
export const KINDS = Object.keys(MARKS) as Kind[];

/** e.g. "8 added, 2 changed", or "no changes". */
export function summary(report: Pick<PreviewReport, "counts">): string {
  return changes(report) === 0 ? "no changes" : countedText(report.counts);
}

/** The verdict in a word, and in a sentence. */
export function verdictOf(report: PreviewReport): { word: string; sentence: string } {
  const { judged, refused, succeeded, notJudged, findings, suppressed, errors } = report;
  const mandatory = findings.filter(({ level }) => level === "mandatory").length + errors.length;
  if (!judged)
    return refused
      ? { word: "REFUSED", sentence: `${notJudged ?? "the preview cannot be judged"}; it cannot be applied` }
      : {
          word: "NOT JUDGED",
          sentence: "the engine ended before there was anything to judge; its messages say why",
        };
  if (refused)
    return {
      word: "REFUSED",
      sentence: `the gate refuses this change for ${plural(mandatory, "reason")}; it cannot be applied`,
    };
  if (report.withoutState && succeeded)
    return {
      word: "WITHOUT STATE",
      sentence: `policies and gate refuse nothing of it, and no more is known: ${WITHOUT_STATE}`,
    };
  if (!succeeded)
    return { word: "FAILED", sentence: "the engine would not make this update; its messages say why" };
  if (changes(report) === 0) return { word: "ALLOWED", sentence: "there is nothing to apply" };
  const sentence = `the gate finds nothing against this change${suppressed.length > 0 ? " but what exceptions suppress" : ""}`;
  return { word: "ALLOWED", sentence };
}

/** By which `up` is held to a plan. */
export function expectOption(digest: string): string {
  return `up --expect ${digest}`;
}

/** What the first screen says about a question: a word or two, and sentences. */
export interface Answer {
  word: string;
  lines: string[];
}

/** What happens: first the services, then the other parts of the stack. */
export function happensOf(report: PreviewReport): Answer {
  if (!report.judged) return UNKNOWN;
  if (report.withoutState) return NOT_LOOKED_AT;
  if (changes(report) === 0) return { word: "Nothing changes", lines: [] };
  const { services, resources } = report;
  const names = services.map(({ name }) => name);
  const others = new Map<string, ResourceReport[]>();
  for (const resource of resources.filter(({ kind }) => kind !== "same")) {
    const { component = OUTSIDE } = resource;
    if (!names.includes(component)) others.set(component, [...(others.get(component) ?? []), resource]);
  }
  const released = services.filter(({ before, after }) => before !== after);
  const removed = released.filter(({ after }) => after === undefined);
  return {
    word: isFirst(report)
      ? "First install"
      : removed.length > 0
        ? `${listed(removed)} removed`
        : released.length > 0
          ? `New release of ${listed(released)}`
          : others.size > 0
            ? `Change of ${[...others.keys()].join(", ")}`
            : "No new release",
    lines: [
      ...services.flatMap((service) =>
        [releaseOf(service), originOf(service)]
          .filter((text) => text !== undefined)
          .map((text) => `${service.name}: ${text}`),
      ),
      ...(isFirst(report)
        ? [`with them: ${[...others.keys()].join(", ")}`]
        : [...others].map(([component, own]) => `${component}: ${partsText(own)}`)),
      ...report.names,
      ...report.passwords,
      ...unfinished(report),
    ],
  };
}

/** What is left to people; undefined when nothing is. */
export function tasksOf(report: PreviewReport): Answer | undefined {
  const lines = leftToPeople(report);
  return lines.length === 0 ? undefined : { word: plural(lines.length, "thing"), lines };
}

/** A few parts are named, more are counted. */
function partsText(parts: ResourceReport[]): string {
  if (parts.length > 3) return countedText(countsOf(parts));
  return parts.map(({ name, kind }) => `${name} ${MARKS[kind].word}`).join(", ");
}

/** Resources of the user's own. */
export const OUTSIDE = "outside the stack's components";

/** An engine that failed on the way may have had more to say. */
function unfinished({ succeeded }: PreviewReport): string[] {
  return succeeded ? [] : ["the engine's preview failed before its end: there may be more"];
}

/** Of a preview that was compared with nothing. */
const NOT_LOOKED_AT: Answer = { word: "Not known", lines: ["it was previewed without state"] };

const UNKNOWN: Answer = { word: "Unknown", lines: ["the preview was not judged"] };

/** Nothing of the stack is there yet. */
function isFirst({ resources }: PreviewReport): boolean {
  return resources.length > 0 && resources.every(({ kind }) => kind === "create");
}

function listed(services: ServiceReport[]): string {
  return services.map(({ name }) => name).join(", ");
}

/** From which release to which, and how. */
export function releaseOf({ before, after, strategy }: ServiceReport): string {
  if (before === after) return `stays ${after ?? "as it is"}`;
  if (before === undefined) return `${after!}, new`;
  if (after === undefined) return `${before} is removed`;
  return `${before} → ${after}, ${strategy}`;
}

/** How a service gets there, in a word or two. */
export function howOf({ before, after, strategy }: ServiceReport): string {
  if (before === after) return "same release";
  if (before === undefined) return "new";
  return after === undefined ? "removed" : strategy;
}

/** Levels of findings in the order in which they are listed. */
export const LEVELS = ["mandatory", "advisory", "repair"] as const;

/** Of an update that changes nothing for people. */
export const UNNOTICED = "Nobody notices";

/** The rule that says so. */
const LOGINS = "chg-session";

/** Where people have to log in again. */
function loginsOf({ findings }: PreviewReport): string[] {
  return findings.filter(({ rule }) => rule === LOGINS).map(({ problem }) => problem);
}

/** What people notice of an update by which no service is interrupted. */
function withoutInterruption({ names }: PreviewReport, logins: string[]): string {
  if (logins.length > 0) return "People log in again";
  return names.length > 0 ? "Other addresses" : UNNOTICED;
}

/** Whether people notice, and why. */
export function noticeOf(report: PreviewReport): Answer {
  const { services, migration, maintenanceWindow } = report;
  if (!report.judged) return UNKNOWN;
  if (report.withoutState) return NOT_LOOKED_AT;
  const interrupted = services.filter(({ interruption }) => interruption === "interrupted");
  const fresh = services.filter(({ interruption }) => interruption === "new");
  const logins = loginsOf(report);
  const more = [
    ...logins,
    ...(report.names.length > 0 ? ["addresses change, as said under what happens"] : []),
    ...(fresh.length > 0 ? [`new, so nobody uses it yet: ${listed(fresh)}`] : []),
    ...cutLines(services),
    ...(migration === undefined ? [] : [`migration: ${migration}`]),
    ...(maintenanceWindow === undefined ? [] : [`maintenance window: ${maintenanceWindow}`]),
  ];
  if (interrupted.length === 0)
    return report.succeeded
      ? { word: withoutInterruption(report, logins), lines: ["no service is interrupted", ...more] }
      : { word: "Unknown", lines: [...unfinished(report), ...more] };
  const byCause = new Map<string, ServiceReport[]>();
  for (const service of interrupted) {
    const cause = service.causes.join("; ");
    byCause.set(cause, [...(byCause.get(cause) ?? []), service]);
  }
  return {
    word: `${interrupted.length === services.length ? "All services" : `${interrupted.length} of ${services.length} services`} interrupted`,
    lines: [...[...byCause].map(([cause, own]) => `${listed(own)}: ${cause}`), ...more],
  };
}

/** What is cut, of the services that have it in common. */
function cutLines(services: ServiceReport[]): string[] {
  const all = [...new Set(services.map(cutOf))].filter((text) => text !== undefined);
  return all.map((text) => `${listed(services.filter((each) => cutOf(each) === text))}: ${text}`);
}

/** What is at risk: data first, then what the gate refuses, then what somebody answers for. */
export function risksOf(report: PreviewReport): Answer {
  if (!report.judged) return UNKNOWN;
  const { data, databaseMove, findings, suppressed, errors } = report;
  const refusing = findings.filter(({ level }) => level === "mandatory");
  const notes = findings.filter(({ level }) => level === "advisory");
  // What is said of the data need not be said again.
  const others = refusing.filter(({ name }) => !data.some(({ volume }) => volume === name));
  const lines = [
    ...databaseMove,
    ...data.map(dataText),
    ...others.map(({ name, problem }) => `${name}: ${problem}`),
    ...(errors.length > 0 ? [`${plural(errors.length, "exception")} in error`] : []),
    ...suppressed.map(({ finding, owner }) => `${finding.name}: ${finding.problem}; ${owner} answers for it`),
    ...(notes.length > 0 ? [plural(notes.length, "note")] : []),
  ];
  const word =
    data.length + databaseMove.length > 0
      ? "Data"
      : refusing.length + errors.length > 0
        ? "What the gate refuses"
        : suppressed.length > 0
          ? "What somebody answers for"
          : report.withoutState
            ? NOT_LOOKED_AT.word
            : notes.length > 0
              ? "Little"
              : report.succeeded
                ? "Nothing"
                : "Unknown";
  const none =
    data.length === 0 && report.succeeded && !report.withoutState ? ["no data is deleted or replaced"] : [];
  return { word, lines: [...none, ...lines, ...unfinished(report)] };
}

const FATES = {
  deleted: "is deleted with all that it holds",
  replaced: "is replaced by an empty one",
  left: "is dropped from the stack; what it holds stays on its host, unused",
};

function dataText({ volume, role, fate }: DataReport): string {
  return `volume ${volume}${role === "database-data" ? " with the database" : ""} ${FATES[fate]}`;
}

/** How to go back, and what does not come back. */
export function wayBackOf(report: PreviewReport): Answer {
  const { wayBack, data } = report;
  if (!report.judged) return { word: "Not needed", lines: ["nothing was applied"] };
  if (report.withoutState) return NOT_LOOKED_AT;
  if (wayBack === undefined) return { word: "Not needed", lines: ["nothing changes"] };
  if (isFirst(report))
    return { word: "Take it down", lines: ["`./strongroom down` takes the stack down; its data stays"] };
  if (data.some(({ fate }) => fate !== "left"))
    return {
      word: "Only in part",
      lines: [wayBack, "data that is deleted or replaced comes back from a backup only"],
    };
  const retired =
    loginsOf(report).length > 0 ? ["but leave the secret's generation: the one before is retired"] : [];
  return { word: "Revert", lines: [wayBack, ...retired] };
}

/** How many of a list's resources are of which kind. */
export function countsOf(resources: Pick<ResourceReport, "kind">[]): Partial<Record<Kind, number>> {
  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of resources) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** e.g. "2 added, 1 unchanged"; "" for none. */
export function countedText(counts: Partial<Record<Kind, number>>): string {
  return KINDS.flatMap((kind) => (counts[kind] ? [`${counts[kind]} ${MARKS[kind].word}`] : [])).join(", ");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
