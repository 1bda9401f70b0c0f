import type { Pool } from "pg";

export interface ReleaseRecord {
  service: string;
  version: string;
  firstStartedAt: Date;
  lastStartedAt: Date;
  starts: number;
}

/** Notes that a release was started and under which address its service is reached. */
export async function recordStart(pool: Pool, service: string, version: string, url: string): Promise<void> {
  await pool.query(
    `INSERT INTO releases (service, version) VALUES ($1, $2) ON CONFLICT (service, version)
     DO UPDATE SET last_started_at = now(), starts = releases.starts + 1`,
    [service, version],
  );
  await pool.query(
    "INSERT INTO addresses (service, url) VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET url = excluded.url",
    [service, url],
  );
}

/** The address that a service gave at its last start. */
export async function addressOf(pool: Pool, service: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ url: string }>("SELECT url FROM addresses WHERE service = $1", [
    service,
  ]);
  return rows[0]?.url;
}

/** Every release that ever started, the latest first. */
export async function startedReleases(pool: Pool): Promise<ReleaseRecord[]> {
  const { rows } = await pool.query<ReleaseRecord>(
    `SELECT service, version, first_started_at AS "firstStartedAt", last_started_at AS "lastStartedAt", starts
     FROM releases ORDER BY last_started_at DESC LIMIT 100`,
  );
  return rows;
}

/** Whether a test has switched a fault on by a row in demo_faults. */
export async function faultIsOn(pool: Pool, name: string): Promise<boolean> {
  return (await pool.query("SELECT 1 FROM demo_faults WHERE name = $1", [name])).rowCount === 1;
}
