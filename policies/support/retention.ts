import type { Retention, SidecarSettings } from "../../operations/backup/sidecar";

/** How often the sidecar makes a backup, and which of them stay. */
export interface BackupPlan {
  periodSeconds: number;
  keep: Retention;
}

const DAY = 86_400;

/** The plan in the sidecar's settings; undefined when they say none. */
export function backupPlan(settings: string): BackupPlan | undefined {
  const { periodSeconds, keep: told } = parsed(settings);
  const keep = typeof told === "number" ? { last: told, daily: 0, weekly: 0, monthly: 0 } : told;
  const numbers = [periodSeconds, keep?.last, keep?.daily, keep?.weekly, keep?.monthly];
  return numbers.every((each) => typeof each === "number")
    ? { periodSeconds: periodSeconds!, keep: keep! }
    : undefined;
}

function parsed(text: string): Partial<SidecarSettings> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<SidecarSettings>;
  } catch {
    return {};
  }
}

/**
 * How far back the kept ones go, seconds: all of them, one of each day, of each week, of each month (of 28 days, which
 * each has). Where there are all of them there is one of each day too, and so on.
 */
export function reaches({ keep, periodSeconds }: BackupPlan): Retention {
  const last = keep.last * periodSeconds;
  const daily = Math.max(last, keep.daily * DAY);
  const weekly = Math.max(daily, keep.weekly * 7 * DAY);
  const monthly = Math.max(weekly, keep.monthly * 28 * DAY);
  return { last, daily, weekly, monthly };
}
