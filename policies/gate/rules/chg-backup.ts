import { type Retention, SETTINGS_VARIABLE } from "../../../operations/backup/sidecar";
import { type BackupPlan, backupPlan, reaches } from "../../support/retention";
import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import type { Side } from "../update";
import { texts, Unjudgeable } from "../values";

export const rule: GateRule = {
  id: "chg-backup",
  level: "mandatory",
  why: "What is not kept is deleted after the next backup, and an hour more between two is an hour more to lose.",
  remedy:
    "Leave `backup.keep`, its age classes and `backup.frequency` as they are, or raise one with the other. If less is enough, fetch what is still needed (`./strongroom backup fetch`) and give an exception.",
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
      const before = planOf(old.before!);
      const after = planOf(change.after!);
      const problems = [
        ...shortened(before, after),
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

/** What is kept of each class, in words. */
const CLASSES = {
  last: "backups",
  daily: "one backup of each day",
  weekly: "one of each week",
  monthly: "one of each month",
} satisfies Record<keyof Retention, string>;

/** How much shorter which classes are kept; a class that is kept as long as a finer one goes with it. */
function shortened(before: BackupPlan, after: BackupPlan): string[] {
  const [old, next] = [reaches(before), reaches(after)];
  const found = (Object.keys(CLASSES) as (keyof Retention)[])
    .filter((name) => next[name] < old[name])
    .map((name) => ({ name, times: `${duration(next[name])} in place of ${duration(old[name])}` }));
  return found
    .filter(({ times }, index) => times !== found[index - 1]?.times)
    .map(({ name, times }) => `${CLASSES[name]} would be kept for ${times}`);
}

/** What the sidecar is told. @throws Unjudgeable when that is secret, unknown or of another form */
function planOf({ inputs }: Side): BackupPlan {
  const start = `${SETTINGS_VARIABLE}=`;
  const given = texts(inputs, "envs").find((variable) => variable.startsWith(start));
  const plan = backupPlan(given?.slice(start.length) ?? "");
  if (!plan) throw new Unjudgeable("`envs` does not say how many backups are kept");
  return plan;
}

function duration(seconds: number): string {
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds} s`;
}
