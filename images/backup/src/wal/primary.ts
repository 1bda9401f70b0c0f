import { Client, type ClientConfig } from "pg";
import { WAL_SLOT, type WalSettings } from "../../../../operations/backup/wal";
import { position } from "../../../../operations/backup/wal-segments";
import { readPassword } from "../settings";

/** Which cluster a server has, and up to where its log is on its disk. */
export interface System {
  systemIdentifier: string;
  timeline: number;
  lsn: string;
}

/** Longest that the server may take for an answer: 10 s. */
const ANSWER_MS = 10_000;

/** A session of the replication protocol (the manual's chapter of that name): it reads no table. */
export class Primary {
  private constructor(private readonly client: Client) {}

  static async connect({ host, port, role }: WalSettings["database"]): Promise<Primary> {
    const client = new Client({
      ...{ host, port, user: role, password: readPassword(), application_name: "strongroom-wal" },
      ...{ connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS },
      // Of the driver, but not of its types: physical replication, so no database.
      ...({ replication: "true" } as ClientConfig),
    });
    // The query that was running rejects with the same error; without a listener the process would end.
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query<{ wal_segment_size: string }>("SHOW wal_segment_size");
    if (rows[0]?.wal_segment_size !== "16MB") {
      await client.end();
      throw new Error(
        `the server's log has segments of ${rows[0]?.wal_segment_size}, and only 16MB is known here`,
      );
    }
    return new Primary(client);
  }

  async system(): Promise<System> {
    const { rows } = await this.client.query<{ systemid: string; timeline: number; xlogpos: string }>(
      "IDENTIFY_SYSTEM",
    );
    const { systemid, timeline, xlogpos } = rows[0]!;
    return { systemIdentifier: systemid, timeline: Number(timeline), lsn: xlogpos };
  }

  /** From where on the slot keeps the log, which is up to where the sidecar has it on disk. */
  async slot(): Promise<bigint | "lost" | "gone"> {
    const { rows } = await this.client.query<{ slot_type: string | null; restart_lsn: string | null }>(
      `READ_REPLICATION_SLOT ${WAL_SLOT}`,
    );
    const slot = rows[0];
    if (!slot?.slot_type) return "gone";
    return slot.restart_lsn === null ? "lost" : position(slot.restart_lsn);
  }

  /**
   * Makes the slot anew. It reserves the log from the last checkpoint on at once: without that a base backup could end
   * before the log that is kept begins, and could not be restored.
   */
  async makeSlot(): Promise<void> {
    if ((await this.slot()) !== "gone") await this.client.query(`DROP_REPLICATION_SLOT ${WAL_SLOT}`);
    await this.client.query(`CREATE_REPLICATION_SLOT ${WAL_SLOT} PHYSICAL RESERVE_WAL`);
  }

  async end(): Promise<void> {
    await this.client.end();
  }
}
