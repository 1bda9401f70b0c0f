import { SETTINGS_VARIABLE } from "../../operations/backup/sidecar";
import { visitEnvironment } from "../support/environment";
import { CannotJudge } from "../support/fields";
import { isLocal } from "../support/reach";
import { type BackupPlan, backupPlan, reaches } from "../support/retention";
import type { StackRule } from "../support/rule";
import type { Node } from "../support/stack";
import { TYPES } from "../support/types";

const HOUR = 3_600;
const DAY = 24 * HOUR;

interface Limits {
  longestHours: number;
  shortestDays: number;
}

export const rule: StackRule<Limits> = {
  id: "bak-schedule",
  level: "mandatory",
  why: "What was written since the last backup is lost with the database, and what was damaged longer ago than backups are kept cannot be brought back.",
  remedy:
    "Set `backup.frequency`, `backup.keep` and its age classes so that one is made every day and the oldest is a week old, or other limits in policies/site.json.",
  source: "AWS Foundational Security Best Practices, RDS.11; strongroom",
  settings: {
    defaults: { longestHours: 24, shortestDays: 7 },
    schema: {
      longestHours: { type: "number", minimum: 1, description: "Longest time between two backups, hours" },
      shortestDays: { type: "number", minimum: 1, description: "Shortest time that backups are kept, days" },
    },
  },
  checkStack(stack, { longestHours, shortestDays }) {
    if (isLocal(stack)) return;
    stack.each(TYPES.container, (container) => {
      if (container.role !== "backup") return;
      const plan = planOf(container);
      const { periodSeconds } = plan;
      if (periodSeconds > longestHours * HOUR)
        container.report(`makes a backup every ${periodSeconds / HOUR} h only`);
      // The longest: where one of each month is kept there is an old one.
      const oldest = reaches(plan).monthly;
      if (oldest < shortestDays * DAY) container.report(`keeps backups for ${oldest / DAY} d only`);
    });
  },
};

/** What the sidecar is told. @throws CannotJudge when it is told nothing of that form */
function planOf({ outputs }: Node): BackupPlan {
  let told = "";
  visitEnvironment(outputs, (name, value) => {
    if (name === SETTINGS_VARIABLE) told = value;
  });
  const plan = backupPlan(told);
  if (!plan) throw new CannotJudge("envs", "does not say how many backups are kept");
  return plan;
}
