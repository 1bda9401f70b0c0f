import { docker } from "./docker";

/** A stack's Postgres server on its Docker host. */
export interface DatabaseServer {
  endpoint: string;
  /** Id of its container. */
  container: string;
  /** Name of the product's database in it. */
  database: string;
}

/** Debian's programs on PATH are wrappers in Perl; the programs' own folder comes first where it is. */
export const POSTGRES_PATH = "PATH=$(echo /usr/lib/postgresql/*/bin):$PATH";

/** Longest that a dump or a look at the whole content may take: 4 hours. */
const LONG_SECONDS = 4 * 3600;

/**
 * Runs SQL as superuser over the server's own socket, in one transaction.
 * @param timeoutSeconds until it is given up; default 4 hours
 * @returns rows as lines, columns separated by tabs
 * @throws OperationError with the server's own message
 */
export function psql(server: DatabaseServer, sql: string, timeoutSeconds = LONG_SECONDS): Promise<string> {
  return docker(server.endpoint, psqlCommand(server), { input: sql, timeoutSeconds });
}

/** Docker's arguments for a session as superuser that reads SQL from its stdin: one transaction, up to its end. */
export function psqlCommand({ container, database }: Omit<DatabaseServer, "endpoint">): string[] {
  const script = `${POSTGRES_PATH}; exec psql --no-psqlrc --quiet --no-align --tuples-only --field-separator="$(printf '\\t')" --set=ON_ERROR_STOP=1 --single-transaction --username=postgres --dbname="$1"`;
  return ["exec", "--interactive", container, "sh", "-c", script, "sh", database];
}

/** A text as an SQL literal, whatever is in it. */
export function literal(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/**
 * SHA-256 of the product's schema and of the table in which it records its migrations; of all rows if it is not
 * known which one that is. Equal before and after says that no migration has passed. A rolled-back one may leave
 * sequences advanced, so they do not count; our own schema and the random guard words of newer dumps are left out.
 * @param history the table; undefined takes all rows
 */
export async function schemaFingerprint(
  { endpoint, container, database }: DatabaseServer,
  history: string | undefined,
): Promise<string> {
  const script = `set -e -o pipefail; ${POSTGRES_PATH}; ${FINGERPRINT_SCRIPT}`;
  const args = ["exec", container, "bash", "-c", script, "bash", database, history ?? ""];
  const line = await docker(endpoint, args, { timeoutSeconds: LONG_SECONDS });
  return line.trim().split(/\s+/)[0]!;
}

const FINGERPRINT_SCRIPT = `
dump() { pg_dump --username=postgres --dbname="$database" --exclude-schema=strongroom --lock-wait-timeout=30s "$@"; }
database=$1 history=$2
{
  if [ -z "$history" ]; then dump; else
    dump --schema-only
    there=$(psql --no-psqlrc --username=postgres --dbname="$database" --no-align --tuples-only \
      --command="SELECT to_regclass('$history') IS NOT NULL")
    if [ "$there" = t ]; then dump --data-only --table="$history"; fi
  fi
} | grep --invert-match --extended-regexp '^(SELECT pg_catalog[.]setval|[\\](un)?restrict )' | sha256sum`;
