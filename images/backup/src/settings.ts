import { readFileSync } from "node:fs";
import {
  BACKUP_FOLDER,
  PASSWORD_FILE,
  type Retention,
  SETTINGS_VARIABLE,
  type SidecarSettings,
} from "../../../operations/backup/sidecar";

/** Where restores are tried; wiped before and after each. */
export const SCRATCH_FOLDER = `${BACKUP_FOLDER}/scratch`;

/** Socket on which this program is asked for a backup; in memory, reached through `docker exec` alone. */
export const CONTROL_SOCKET = "/tmp/control.sock";

/** What the sidecar goes by. */
export interface Settings extends SidecarSettings {
  keep: Retention;
}

/** The stack's settings. @throws Error when the variable is missing or no JSON */
export function readSettings(): Settings {
  const { keep, ...rest } = JSON.parse(process.env[SETTINGS_VARIABLE] ?? "") as SidecarSettings;
  return {
    ...rest,
    keep: typeof keep === "number" ? { last: keep, daily: 0, weekly: 0, monthly: 0 } : keep,
  };
}

/** The dump role's password, read anew for each run: it may have been rotated. */
export function readPassword(): string {
  return readFileSync(PASSWORD_FILE, "utf8");
}
