import { serviceContainers } from "../../policies/gate/containers";
import type { Judgement } from "../../policies/gate/exceptions";
import { releasesOf } from "../../policies/gate/interruption";
import type { Facts, Finding } from "../../policies/gate/rule";
import type { Change, Update } from "../../policies/gate/update";
import { text, Unjudgeable } from "../../policies/gate/values";
import { mayInterrupt, type Window } from "../../policies/gate/windows";
import { TYPES } from "../../policies/support/types";
import { nextWindow } from "./window";

export interface HeadlineArgs {
  stack: string;
  update: Update;
  judgement: Judgement;
  /** Causes of an interruption by service. */
  causes: Map<string, string[]>;
  facts: Facts;
  windows: Window[];
  now: Date;
}

/** The first page of a preview, for somebody who reads nothing else: what, who notices, what is wrong, the way back. */
export function headline(args: HeadlineArgs): string {
  const { update, judgement } = args;
  const changed = update.changes.filter(({ kind, type }) => kind !== "same" && !isComponent(type));
  const lines = [
    summary(args.stack, changed),
    ...(changed.length > 0 ? serviceLines(args) : []),
    ...(changed.length > 0 ? [wayBack(args)] : []),
    ...windowLines(args),
    ...judgement.findings.flatMap(findingLines),
    ...judgement.suppressed.map(
      ({ finding, exception, daysLeft }) =>
        `SUPPRESSED  ${finding.rule}  ${finding.name}: ${finding.problem}\n  by ${exception.owner}, ${exception.ticket}: ${exception.reason} (until ${exception.expires}, ${daysLeft} days left)`,
    ),
    ...judgement.errors.map((error) => `REFUSED  ${error}`),
  ];
  return `${lines.join("\n")}\n`;
}

function isComponent(type: string): boolean {
  return (
    type.startsWith("strongroom:") ||
    type === "pulumi:pulumi:Stack" ||
    type.startsWith("pulumi:providers:default")
  );
}

const COUNTED = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  unjudged: "not judged",
};

function summary(stack: string, changed: Change[]): string {
  if (changed.length === 0) return `Stack ${stack}: no changes`;
  const counts = Object.entries(COUNTED).flatMap(([kind, word]) => {
    const count = changed.filter((change) => change.kind === kind).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return `Stack ${stack}: ${counts.join(", ")}`;
}

/** One line a service: releases, how, and what people notice. */
function serviceLines({ update, causes, facts }: HeadlineArgs): string[] {
  const own = update.changes.filter(({ type, role }) => type === TYPES.container && role === "service");
  const names = [...new Set(own.map(({ service }) => service ?? ""))].sort();
  const existing = new Set(serviceContainers(update).map(({ service }) => service));
  const width = Math.max(...names.map((name) => name.length), 0);
  return names.map((name) => {
    const containers = own.filter(({ service }) => service === name);
    const reasons = causes.get(name) ?? [];
    const notice = existing.has(name)
      ? reasons.length > 0
        ? `INTERRUPTED: ${reasons.join("; ")}`
        : "no interruption"
      : "new";
    return `  ${name.padEnd(width)}  ${releaseText(containers, facts)}; ${notice}`;
  });
}

function releaseText(containers: Change[], facts: Facts): string {
  const [before, after] = (["before", "after"] as const).map((side) => described(containers, side, facts));
  if (before === after) return `${after}, same release`;
  if (!before) return `${after}`;
  if (!after) return `${before} is removed`;
  return `${before} -> ${after}, ${facts.strategy}`;
}

/** `version (release)` of what is there on one side; several while an earlier run left some. */
function described(containers: Change[], side: "before" | "after", facts: Facts): string {
  const there = containers.filter((change) => change[side]);
  const texts = there.map((change) => {
    const [release] = releasesOf([change], side);
    return `${versionOf(change, side, facts)} (${release ?? "no release"})`;
  });
  return [...new Set(texts)].join(" and ");
}

function versionOf(change: Change, side: "before" | "after", facts: Facts): string {
  try {
    const image = text(change[side]!.inputs, "image");
    return facts.versionOf(image) ?? image.replace(/^(?:.*@)?(sha256:[0-9a-f]{12}).*$/, "$1");
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return "an image that is not known yet";
  }
}

/** A release that has migrated under `recreate` has no way back but a restore. */
function wayBack({ update, facts }: HeadlineArgs): string {
  const changes = serviceContainers(update).some(({ before, after }) =>
    after.some((change) => !before.includes(change)),
  );
  return facts.strategy === "recreate" && changes
    ? "  Way back: revert the diff and run up, as long as the new release has not migrated the database; then a restore"
    : "  Way back: revert the diff and run up";
}

function windowLines({ windows, now, causes }: HeadlineArgs): string[] {
  if (windows.length === 0 || [...causes.values()].every((reasons) => reasons.length === 0)) return [];
  if (mayInterrupt(windows, now)) return ["  Maintenance window: open now"];
  return [`  Maintenance window: closed; ${nextWindow(windows, now)}`];
}

const WORDS = { mandatory: "REFUSED", advisory: "note", repair: "repair" };

function findingLines({ level, rule, name, urn, problem, why, remedy, source }: Finding): string[] {
  if (level === "repair") return [`  repair: ${name}: ${problem}`];
  return [
    `${WORDS[level]}  ${rule}  ${name}: ${problem}`,
    `  ${why}`,
    `  Remedy: ${remedy}`,
    `  Source: ${source}. Resource: ${urn}`,
  ];
}
