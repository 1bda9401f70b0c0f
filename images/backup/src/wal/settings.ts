import { WAL_FOLDER, WAL_VARIABLE, type WalSettings } from "../../../../operations/backup/wal";

/** Where base backups are made and looked at; wiped before and after each. */
export const BASE_SCRATCH = `${WAL_FOLDER}/scratch`;

/** What the stack tells the sidecar that keeps the log. */
export function readWalSettings(): WalSettings {
  return JSON.parse(process.env[WAL_VARIABLE] ?? "") as WalSettings;
}

/** How the tools of Postgres connect; the password is none of it. */
export function connectionText({ host, port, role }: WalSettings["database"]): string {
  return `host=${host} port=${port} user=${role} application_name=strongroom-wal connect_timeout=10`;
}
