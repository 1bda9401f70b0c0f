import { SETTINGS_VARIABLE, type SidecarSettings } from "../../../operations/backup/sidecar";
import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import type { Side } from "../update";
import { texts, Unjudgeable } from "../values";

export const rule: GateRule = {
  id: "chg-backup",
  level: "mandatory",
  why: "What is not kept is deleted after the next backup, and an hour more between two is an hour more to lose.",
  remedy:
    "Leave `backup.keep` and `backup.frequency` as they are, or raise one with the other. If less is enough, fetch what is still needed (`./strongroom backup fetch`) and give an exception.",
  source: "strongroom",
  check({ changes }, report) {
    const shippers = changes.filter(({ type, role }) => type === TYPES.container && role === "shipper");
    const shipper = shippers.find(({ before }) => before);
    if (shipper && !shippers.some(({ after }) => after))
      report(shipper, "backups would not be copied off the host any more");
    const archivers = changes.filter(({ type, role }) => type === TYPES.container && role === "wal");
    const archiver = archivers.find(({ before }) => before);
    if (archiver && !archivers.some(({ after }) => after))
      report(archiver, "the log would not be archived any more, so no time from now on could be restored");
    const sidecars = changes.filter(({ type, role }) => type === TYPES.container && role === "backup");
    const old = sidecars.find(({ before }) => before);
    if (!old) return;
    const next = sidecars.find(({ after }) => after);
    if (!next) report(old, "no backups would be made any more");
    // In place of an old one there may be one of another name.
    each(next ? [next] : [], report, (change) => {
      const before = settingsOf(old.before!);
      const after = settingsOf(change.after!);
      const problems = [
        ...(reach(after) < reach(before)
          ? [`backups would be kept for ${duration(reach(after))} in place of ${duration(reach(before))}`]
          : []),
        ...(after.periodSeconds > before.periodSeconds
          ? [
              `one would be made every ${duration(after.periodSeconds)} in place of every ${duration(before.periodSeconds)}`,
            ]
          : []),
      ];
      if (problems.length > 0) report(change, problems.join(", and "));
    });
  },
};

type Plan = Pick<SidecarSettings, "keep" | "periodSeconds">;

/** How far back the kept ones go, seconds. */
function reach({ keep, periodSeconds }: Plan): number {
  return keep * periodSeconds;
}

/** What the sidecar is told. @throws Unjudgeable when that is secret, unknown or of another form */
function settingsOf({ inputs }: Side): Plan {
  const start = `${SETTINGS_VARIABLE}=`;
  const given = texts(inputs, "envs").find((variable) => variable.startsWith(start));
  const { keep, periodSeconds } = parsed(given?.slice(start.length) ?? "");
  if (!isCount(keep) || !isCount(periodSeconds))
    throw new Unjudgeable("`envs` does not say how many backups are kept");
  return { keep, periodSeconds };
}

function parsed(text: string): Partial<Plan> {
  try {
    return JSON.parse(text) as Partial<Plan>;
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number";
}

function duration(seconds: number): string {
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds} s`;
}
