import type { Client } from "pg";

/** What a database holds, in numbers that do not depend on the order of its rows. */
export interface Contents {
  /** By qualified name. */
  tables: Record<string, { rows: string; checksum: string }>;
  sequences: Sequences;
}

/** A sequence's last value, and whether it has been given out; by qualified name. */
export type Sequences = Record<string, { value: string; called: boolean }>;

/** What a value looks like as text depends on these; search_path decides how names in values are written. */
const TEXT_SETTINGS = `
  SET search_path = ''; SET row_security = off; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD';
  SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'; SET lc_monetary = 'C'`;

/** Gives a session the settings by which `tableContents` compares. To be run before its transaction begins. */
export async function prepareSession(client: Client): Promise<void> {
  await client.query(TEXT_SETTINGS);
}

/**
 * Row count and checksum of each table that a dump holds: the sum over the rows of two 64-bit halves of each
 * row's SHA-256, so that rows may come in any order and each counts as often as it is there.
 */
export async function tableContents(client: Client): Promise<Contents["tables"]> {
  const tables: Contents["tables"] = {};
  for (const name of await relations(client, "r")) {
    const half = (from: number) =>
      `coalesce(sum(('x' || substr(digest, ${from}, 16))::bit(64)::bigint::numeric), 0)`;
    // An alias that no column has: with a column of that name it would mean the column.
    const { rows } = await client.query<{ rows: string; checksum: string }>(
      `SELECT count(*)::text AS rows, ${half(1)} || ':' || ${half(17)} AS checksum FROM (
         SELECT encode(sha256(convert_to("the whole row"::text, 'UTF8')), 'hex') AS digest
         FROM ONLY ${name} AS "the whole row") AS digests`,
    );
    tables[name] = rows[0]!;
  }
  return tables;
}

/** Rows of all tables together. */
export function rowCount(tables: Contents["tables"]): string {
  return String(Object.values(tables).reduce((sum, { rows }) => sum + BigInt(rows), 0n));
}

/** All sequences as they stand now: they know no snapshot. */
export async function sequenceValues(client: Client): Promise<Sequences> {
  const sequences: Sequences = {};
  for (const name of await relations(client, "S")) {
    const { rows } = await client.query<{ value: string; called: boolean }>(
      `SELECT last_value::text AS value, is_called AS called FROM ${name}`,
    );
    sequences[name] = rows[0]!;
  }
  return sequences;
}

/** Tables (r) or sequences (S) that pg_dump dumps: not the system's, not those that an extension brings along. */
async function relations(client: Client, kind: "r" | "S"): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = $1 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1`,
    [kind],
  );
  return rows.map(({ name }) => name);
}

/**
 * What differs between a snapshot and its restored copy, one line each; none if they are equal. Sequences move on
 * while a dump is taken, so a restored one must stand between what was seen before and after the dump.
 */
export function differences(
  snapshot: { tables: Contents["tables"]; before: Sequences; after: Sequences },
  restored: Contents,
): string[] {
  const names = new Set([...Object.keys(snapshot.tables), ...Object.keys(restored.tables)]);
  const tables = [...names].flatMap((name) => {
    const [was, is] = [snapshot.tables[name], restored.tables[name]];
    if (!was || !is)
      return [`table ${name} is ${is ? "only in the restored copy" : "missing from the restored copy"}`];
    if (was.rows !== is.rows) return [`table ${name} has ${is.rows} rows instead of ${was.rows}`];
    return was.checksum === is.checksum ? [] : [`table ${name} has other rows`];
  });
  const sequences = Object.entries(snapshot.before).flatMap(([name, before]) => {
    const [after, is] = [snapshot.after[name], restored.sequences[name]];
    if (!after || !is) return [`sequence ${name} is missing`];
    return isBetween(before, is, after) ? [] : [`sequence ${name} stands at ${is.value}`];
  });
  return [...tables, ...sequences];
}

type Position = Sequences[string];

function isBetween(before: Position, restored: Position, after: Position): boolean {
  if (before.value === after.value && before.called === after.called)
    return restored.value === before.value && restored.called === before.called;
  const [a, b, value] = [BigInt(before.value), BigInt(after.value), BigInt(restored.value)];
  return (a <= value && value <= b) || (b <= value && value <= a);
}
