import { leftToPeople } from "./names";
import { changes, type PreviewReport, type ServiceReport, WITHOUT_STATE } from "./report";
import { cutOf, originOf } from "./release";

/** The first page of a preview, for somebody who reads nothing else: what, who notices, what is wrong, the way back. */
export function headline(report: PreviewReport): string {
  if (!report.judged) return report.notJudged === undefined ? "" : `${report.notJudged}\n`;
  const { stack, databaseMove, migration, wayBack, maintenanceWindow, findings, suppressed, errors } = report;
  const lines = [
    `Stack ${stack}: ${summary(report)}`,
    ...(report.withoutState ? [`  WITHOUT STATE: ${WITHOUT_STATE}.`] : []),
    ...(changes(report) > 0 ? serviceLines(report) : []),
    ...report.names.map((sentence) => `  Name: ${sentence}`),
    ...leftToPeople(report).map((line) => `  To do ${line}`),
    ...[...databaseMove, ...report.passwords].map((sentence) => `  Database: ${sentence}`),
    ...(migration === undefined ? [] : [`  Migration: ${migration}`]),
    ...(wayBack === undefined ? [] : [`  Way back: ${wayBack}`]),
    ...(maintenanceWindow === undefined ? [] : [`  Maintenance window: ${maintenanceWindow}`]),
    ...findings.flatMap(findingLines),
    ...suppressed.map(
      ({ finding, owner, ticket, reason, expires, daysLeft }) =>
        `SUPPRESSED  ${finding.rule}  ${finding.name}: ${finding.problem}\n  by ${owner}, ${ticket}: ${reason} (until ${expires}, ${daysLeft} days left)`,
    ),
    ...errors.map((error) => `REFUSED  ${error}`),
  ];
  return `${lines.join("\n")}\n`;
}

const COUNTED = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  unjudged: "not judged",
} as const;

function summary(report: PreviewReport): string {
  if (changes(report) === 0) return "no changes";
  return (Object.keys(COUNTED) as (keyof typeof COUNTED)[])
    .flatMap((kind) => (report.counts[kind] > 0 ? [`${report.counts[kind]} ${COUNTED[kind]}`] : []))
    .join(", ");
}

/** A line a service: releases, how, and what people notice; and one each for what more there is to say. */
function serviceLines({ services }: PreviewReport): string[] {
  const width = Math.max(...services.map(({ name }) => name.length), 0);
  return services.flatMap((service) => [
    `  ${service.name.padEnd(width)}  ${releaseText(service)}; ${noticeText(service)}`,
    ...[originOf(service), cutOf(service)]
      .filter((text) => text !== undefined)
      .map((text) => `  ${"".padEnd(width)}  ${text}`),
  ]);
}

function releaseText({ before, after, strategy }: ServiceReport): string {
  if (before === after) return `${after ?? ""}, same release`;
  if (before === undefined) return after!;
  if (after === undefined) return `${before} is removed`;
  return `${before} -> ${after}, ${strategy}`;
}

function noticeText({ interruption, causes }: ServiceReport): string {
  if (interruption === "interrupted") return `INTERRUPTED: ${causes.join("; ")}`;
  return interruption === "new" ? "new" : "no interruption";
}

const WORDS = { mandatory: "REFUSED", advisory: "note", repair: "repair" };

function findingLines({
  level,
  rule,
  name,
  urn,
  problem,
  why,
  remedy,
  source,
}: PreviewReport["findings"][0]): string[] {
  if (level === "repair") return [`  repair: ${name}: ${problem}`];
  return [
    `${WORDS[level]}  ${rule}  ${name}: ${problem}`,
    `  ${why}`,
    `  Remedy: ${remedy}`,
    `  Source: ${source}. Resource: ${urn}`,
  ];
}
