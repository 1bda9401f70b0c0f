import type { BackupSettings, DatabaseSettings } from "../../config/settings";
import { HEALTHY_UNTIL_FILE, type SidecarSettings } from "../../operations/backup/sidecar";
import { canonicalJson } from "../canonical";

/** Short name of the volume with the backups. */
export const BACKUPS_VOLUME = "backups";

/** Short name of the volume with the archive of the database's log. */
export const WAL_VOLUME = "wal";

/** The sidecar's settings as it reads them from its environment; no secret is among them. */
export function sidecarSettings(
  stack: string,
  { periodSeconds, keep, keepDaily, keepWeekly, keepMonthly, recipients }: BackupSettings,
  { hostname, port, name, dump }: DatabaseSettings,
): string {
  return canonicalJson({
    stack,
    database: { host: hostname, port, name, role: dump!.role },
    periodSeconds,
    keep:
      keepDaily + keepWeekly + keepMonthly > 0
        ? { last: keep, daily: keepDaily, weekly: keepWeekly, monthly: keepMonthly }
        : keep,
    recipients,
  } satisfies SidecarSettings);
}

/**
 * How the sidecar's program is watched and stopped, whichever part of it runs. It is asked by the file in which it keeps
 * until when all is well: a program's start each time would cost more.
 */
export function serving() {
  return {
    healthCheck: {
      test: ["CMD-SHELL", `[ "$(date +%s)" -lt "$(cat ${HEALTHY_UNTIL_FILE})" ]`],
      intervalSeconds: 5,
      timeoutSeconds: 3,
      retries: 2,
      startPeriodSeconds: 30,
    },
    stopSignal: "SIGTERM",
    stopGraceSeconds: 10,
  };
}
