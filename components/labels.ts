/** What a labelled Docker resource is for; policies and orphan removal go by it. */
export type Role =
  | "edge"
  | "edge-state"
  | "edge-front"
  | "edge-front-state"
  | "service"
  | "service-files"
  | "service-data"
  | "database"
  | "database-data"
  | "backup"
  | "backup-data"
  | "backup-files"
  | "shipper"
  | "shipper-data"
  | "shipper-files"
  | "wal"
  | "wal-data"
  | "wal-files"
  | "network";

/** Host name of a stack's first database: a release without the label `strongroom.database-host` uses that one. */
export const FIRST_DATABASE = "database";

/** Docker's name of a volume that is found again whatever state knows: of the database, or of its backups. */
export function volumeName(stack: string, volume: string): string {
  return `strongroom-${stack}-${volume}`;
}

/** Docker labels of a resource of the stack, sorted so that they never differ between runs. */
export function stackLabels(
  stack: string,
  role: Role,
  more: Record<string, string> = {},
): { label: string; value: string }[] {
  const all: Record<string, string> = { "strongroom.stack": stack, "strongroom.role": role };
  for (const [key, value] of Object.entries(more)) all[`strongroom.${key}`] = value;
  return Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
