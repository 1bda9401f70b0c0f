import { createHash, randomBytes } from "node:crypto";
import { createPool } from "./database";
import { readConfig } from "./config";
import type { Pool } from "pg";

const validMinutes = 5;

/**
 * A new address that logs an administrator in once, within five minutes. The token stands behind "#": a browser
 * keeps that part to itself, so it is in no access log. The database has its hash alone.
 */
export async function createLink(pool: Pool, dashboardUrl: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await pool.query("DELETE FROM admin_links WHERE expires_at < now() - interval '30 days'");
  await pool.query(
    "INSERT INTO admin_links (token_hash, expires_at) VALUES ($1, now() + make_interval(mins => $2))",
    [hash(token), validMinutes],
  );
  return `${dashboardUrl}/login#${token}`;
}

/** Uses a link's token up; false if there is none such, it was used before, or its time is over. */
export async function useToken(pool: Pool, token: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    "UPDATE admin_links SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()",
    [hash(token)],
  );
  return rowCount === 1;
}

/** The subcommand: run in the dashboard's container, prints the address and nothing else. */
export async function printLink(): Promise<void> {
  const config = readConfig(process.env);
  const pool = createPool(config.database);
  try {
    process.stdout.write(`${await createLink(pool, config.publicUrl)}\n`);
  } finally {
    await pool.end();
  }
}

function hash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
