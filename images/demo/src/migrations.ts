import type { Release } from "./release";

export interface Migration {
  version: number;
  name: string;
  /** Oldest schema that a release must know to go on working once this migration is applied. */
  minimum: number;
  statements: string[];
}

const all: Migration[] = [
  {
    version: 1,
    name: "vault",
    minimum: 1,
    statements: [
      `CREATE TABLE items (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        text text NOT NULL,
        idempotency_key text UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now())`,
      `CREATE TABLE admin_links (
        token_hash text PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz)`,
      `CREATE TABLE releases (
        service text NOT NULL,
        version text NOT NULL,
        first_started_at timestamptz NOT NULL DEFAULT now(),
        last_started_at timestamptz NOT NULL DEFAULT now(),
        starts integer NOT NULL DEFAULT 1,
        PRIMARY KEY (service, version))`,
      `CREATE TABLE addresses (service text PRIMARY KEY, url text NOT NULL)`,
      `CREATE TABLE demo_faults (name text PRIMARY KEY)`,
    ],
  },
  {
    version: 2,
    name: "item-labels",
    minimum: 1,
    statements: [`ALTER TABLE items ADD COLUMN label text`, `CREATE INDEX items_label ON items (label)`],
  },
  {
    version: 3,
    name: "item-digests",
    minimum: 1,
    statements: [`ALTER TABLE items ADD COLUMN digest text`],
  },
  {
    version: 4,
    name: "item-digests-required",
    // Releases before schema 3 write no digest: from here on each of their inserts would fail.
    minimum: 3,
    statements: [
      `UPDATE items SET digest = encode(sha256(convert_to(text, 'UTF8')), 'hex') WHERE digest IS NULL`,
      `ALTER TABLE items ALTER COLUMN digest SET NOT NULL`,
    ],
  },
];

/** The migrations that a release knows, in order. With the fault "failing-migration" its last one fails half-way. */
export function migrationsOf(release: Release): Migration[] {
  const known = all.filter(({ version }) => version <= release.schema);
  if (release.fault !== "failing-migration") return known;
  return known.map((migration) =>
    migration.version === release.schema
      ? { ...migration, statements: [...migration.statements.slice(0, 1), `SELECT 1 / 0`] }
      : migration,
  );
}

export interface Applied {
  version: number;
  name: string;
  minimum: number;
}

/** The database's schema and this release do not belong together; a restart does not help. */
export class IncompatibleSchema extends Error {}

/**
 * Which migrations are still to be applied, in order. A schema newer than the release is left as it is.
 * Throws IncompatibleSchema if the release can not work on it, or if the ledger is not the history of `known`.
 */
export function pendingMigrations(known: Migration[], applied: Applied[]): Migration[] {
  known.forEach(({ version }, index) => {
    if (version !== index + 1)
      throw new Error(`migration ${version} stands at place ${index + 1} of the list`);
  });
  const ledger = [...applied].sort((a, b) => a.version - b.version);
  for (const [index, row] of ledger.entries()) {
    if (row.version !== index + 1)
      throw new IncompatibleSchema(`schema_migrations lacks version ${index + 1}`);
    const ours = known[index];
    if (ours && ours.name !== row.name)
      throw new IncompatibleSchema(
        `migration ${row.version} is "${row.name}" in the database, "${ours.name}" here`,
      );
    if (row.minimum > known.length)
      throw new IncompatibleSchema(
        `the schema is at version ${ledger.length}, whose migration ${row.version} (${row.name}) is for releases ` +
          `that know schema ${row.minimum} or later; this one knows ${known.length}: start a newer release, or ` +
          `restore a backup from before that migration`,
      );
  }
  return known.slice(ledger.length);
}
