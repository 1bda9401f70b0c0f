import { createHash } from "node:crypto";
import type { Pool } from "pg";

export interface Item {
  id: number;
  text: string;
  key: string | null;
  label?: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface Saved {
  id: number;
  /** `conflict`: the idempotency key was used before, for another text. */
  outcome: "created" | "replayed" | "conflict";
}

/** The vault's items, in the columns that a release of schema `schema` knows. */
export class Items {
  readonly #columns: string;

  constructor(
    private readonly pool: Pool,
    private readonly schema: number,
  ) {
    // bigint arrives as a string; an identity column counts far below 2^53.
    this.#columns =
      `id::float8 AS id, text, idempotency_key AS key, ${schema >= 2 ? "label, " : ""}` +
      `created_at AS "createdAt", updated_at AS "updatedAt"`;
  }

  /** Stores an item once per idempotency key, however often it is sent. */
  async create(text: string, key: string | undefined, label: string | undefined): Promise<Saved> {
    const columns: Record<string, string | null> = { text, idempotency_key: key ?? null };
    if (this.schema >= 2) columns.label = label ?? null;
    if (this.schema >= 3) columns.digest = digest(text);
    const names = Object.keys(columns);
    const inserted = await this.pool.query<{ id: number }>(
      `INSERT INTO items (${names.join(", ")}) VALUES (${names.map((_, index) => `$${index + 1}`).join(", ")})
       ON CONFLICT (idempotency_key) DO NOTHING RETURNING id::float8 AS id`,
      Object.values(columns),
    );
    if (inserted.rows[0]) return { id: inserted.rows[0].id, outcome: "created" };
    // An item may have been changed since: a key that is found with another text is a conflict only if it never was this.
    const existing = await this.pool.query<{ id: number; text: string; changed: boolean }>(
      `SELECT id::float8 AS id, text, updated_at <> created_at AS changed FROM items WHERE idempotency_key = $1`,
      [key],
    );
    const found = existing.rows[0];
    if (!found) throw new Error("the item with this idempotency key was removed");
    return { id: found.id, outcome: found.text === text || found.changed ? "replayed" : "conflict" };
  }

  async get(id: number): Promise<Item | undefined> {
    return (await this.pool.query<Item>(`SELECT ${this.#columns} FROM items WHERE id = $1`, [id])).rows[0];
  }

  async update(id: number, text: string): Promise<boolean> {
    const set =
      this.schema >= 3 ? "text = $2, digest = $3, updated_at = now()" : "text = $2, updated_at = now()";
    const values = this.schema >= 3 ? [id, text, digest(text)] : [id, text];
    return (await this.pool.query(`UPDATE items SET ${set} WHERE id = $1`, values)).rowCount === 1;
  }

  /** Up to `limit` items with an id above `after`, by id. */
  async list(after: number, limit: number): Promise<Item[]> {
    const sql = `SELECT ${this.#columns} FROM items WHERE id > $1 ORDER BY items.id LIMIT $2`;
    return (await this.pool.query<Item>(sql, [after, limit])).rows;
  }

  /** The newest items, the last first. */
  async latest(limit: number): Promise<Item[]> {
    const sql = `SELECT ${this.#columns} FROM items ORDER BY items.id DESC LIMIT $1`;
    return (await this.pool.query<Item>(sql, [limit])).rows;
  }

  async count(): Promise<number> {
    return (await this.pool.query<{ count: number }>("SELECT count(*)::float8 AS count FROM items")).rows[0]!
      .count;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
