import { changes, type Kind, type PreviewReport, type ResourceReport, type ServiceReport } from "./report";

/** What became of resources of a kind, as it is counted. */
export const KIND_WORDS: Record<Kind, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  unjudged: "not judged",
  same: "unchanged",
};

/** Kinds in the order in which they are listed. */
const KINDS = Object.keys(KIND_WORDS) as Kind[];

/** e.g. "8 created, 2 updated", or "no changes". */
export function summary(report: Pick<PreviewReport, "counts">): string {
  return changes(report) === 0 ? "no changes" : countedText(report.counts);
}

/** The verdict in a word, and in a sentence. */
export function verdictOf(report: PreviewReport): { word: string; sentence: string } {
  const { judged, refused, succeeded, notJudged, findings, errors } = report;
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
  if (!succeeded)
    return { word: "FAILED", sentence: "the engine would not make this update; its messages say why" };
  if (changes(report) === 0) return { word: "ALLOWED", sentence: "there is nothing to apply" };
  return { word: "ALLOWED", sentence: "the gate finds nothing against this change" };
}

/** What happens, one sentence a line: first the services, then the other parts of the stack. */
export function happensOf(report: PreviewReport): string[] {
  if (!report.judged) return ["nobody can say: the preview was not judged"];
  if (changes(report) === 0) return ["nothing changes"];
  const { services, resources } = report;
  const names = services.map(({ name }) => name);
  const others = new Map<string, ResourceReport[]>();
  for (const resource of resources.filter(({ kind }) => kind !== "same")) {
    const { component = "outside the stack's components" } = resource;
    if (!names.includes(component)) others.set(component, [...(others.get(component) ?? []), resource]);
  }
  const installed = resources.length > 0 && resources.every(({ kind }) => kind === "create");
  return [
    ...(installed ? ["the stack is installed: nothing of it is there yet"] : []),
    ...services.map((service) => `${service.name}: ${releaseOf(service)}`),
    ...[...others].map(([component, own]) => `${component}: ${countedText(countsOf(own))}`),
  ];
}

/** From which release to which, and how. */
export function releaseOf({ before, after, strategy }: ServiceReport): string {
  if (before === after) return `stays ${after ?? "as it is"}`;
  if (before === undefined) return `${after!}, new`;
  if (after === undefined) return `${before} is removed`;
  return `${before} → ${after}, ${strategy}`;
}

/** Whether people notice, in a word or two and one sentence a line. */
export function noticeOf(report: PreviewReport): { word: string; lines: string[] } {
  const { services, maintenanceWindow } = report;
  if (!report.judged) return { word: "Unknown", lines: ["the preview was not judged"] };
  const interrupted = services.filter(({ interruption }) => interruption === "interrupted");
  const isNew = services.filter(({ interruption }) => interruption === "new").map(({ name }) => name);
  const window = maintenanceWindow === undefined ? [] : [`maintenance window: ${maintenanceWindow}`];
  const fresh = isNew.length > 0 ? [`new, so nobody uses it yet: ${isNew.join(", ")}`] : [];
  if (interrupted.length === 0)
    return {
      word: "Nobody notices",
      lines: [...(fresh.length > 0 ? fresh : ["no service is interrupted"]), ...window],
    };
  return {
    word:
      interrupted.length === services.length
        ? "Every service is interrupted"
        : "Some services are interrupted",
    lines: [...interrupted.map(({ name, causes }) => `${name}: ${causes.join("; ")}`), ...fresh, ...window],
  };
}

/** What is at risk, in a word or two and one sentence a line. */
export function risksOf(report: PreviewReport): { word: string; lines: string[] } {
  if (!report.judged) return { word: "Unknown", lines: ["the preview was not judged"] };
  const { data, findings, suppressed, errors } = report;
  const refusing = findings.filter(({ level }) => level === "mandatory");
  const notes = findings.filter(({ level }) => level === "advisory");
  const lines = [
    ...data,
    ...refusing.map(({ name, problem }) => `${name}: ${problem}`),
    ...(errors.length > 0 ? [`${plural(errors.length, "exception")} in error`] : []),
    ...suppressed.map(({ finding, owner }) => `${finding.name}: ${finding.problem} (accepted by ${owner})`),
    ...(notes.length > 0 ? [`${plural(notes.length, "note")} below`] : []),
  ];
  const word =
    data.length > 0
      ? "Data"
      : refusing.length > 0
        ? "See the findings"
        : lines.length > 0
          ? "Little"
          : "Nothing";
  return {
    word,
    lines: [...(data.length === 0 ? ["no data is deleted or replaced"] : []), ...lines],
  };
}

/** How to go back, in a sentence. */
export function wayBackOf(report: PreviewReport): string {
  if (!report.judged) return "nothing was changed";
  return report.wayBack ?? "nothing changes, so there is nothing to go back from";
}

/** How many of a list's resources are of which kind. */
export function countsOf(resources: Pick<ResourceReport, "kind">[]): Partial<Record<Kind, number>> {
  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of resources) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** e.g. "2 created, 1 unchanged"; "" for none. */
export function countedText(counts: Partial<Record<Kind, number>>): string {
  return KINDS.flatMap((kind) => (counts[kind] ? [`${counts[kind]} ${KIND_WORDS[kind]}`] : [])).join(", ");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
