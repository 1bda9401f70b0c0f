import http from "node:http";
import https from "node:https";
import type { WrittenItem } from "./load-report";
import { send, type Connection } from "./load-request";

export interface Verification {
  acknowledged: number;
  /** Keys of items that were acknowledged and are not there, or not as they were written. */
  lost: string[];
  /** Keys of items that are there more than once. */
  doubled: string[];
  /** Keys of items that were not acknowledged and are there all the same: allowed, they were sent. */
  surplus: string[];
}

const pageSize = 1_000;

interface StoredItem {
  id: number;
  text: string;
  key: string | null;
}

/** Reads back all items of the product at `api` and compares them with those that a load has written. Throws
 * if the product does not answer with its list. */
export async function verifyItems(
  api: string,
  written: WrittenItem[],
  connection: Connection = {},
): Promise<Verification> {
  const stored = new Map<string, StoredItem[]>();
  for (const item of await readAll(api, connection))
    stored.set(item.text, [...(stored.get(item.text) ?? []), item]);
  const found = (item: WrittenItem): StoredItem[] => stored.get(item.text) ?? [];
  const keys = (items: WrittenItem[]): string[] => items.map(({ key }) => key);
  const acknowledged = written.filter(({ id }) => id !== undefined);
  return {
    acknowledged: acknowledged.length,
    lost: keys(
      acknowledged.filter((item) => !found(item).some(({ id, key }) => id === item.id && key === item.key)),
    ),
    doubled: keys(written.filter((item) => found(item).length > 1)),
    surplus: keys(written.filter((item) => item.id === undefined && found(item).length > 0)),
  };
}

async function readAll(api: string, connection: Connection): Promise<StoredItem[]> {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const items: StoredItem[] = [];
  try {
    for (let after: number | undefined = 0; after !== undefined;) {
      const url = `${api.replace(/\/$/, "")}/items?after=${after}&limit=${pageSize}`;
      const { status, body } = await send({ url }, connection, agents);
      if (status !== 200) throw new Error(`${url} answers ${status}: ${body.slice(0, 200)}`);
      const page = JSON.parse(body) as { items: StoredItem[]; next?: number };
      items.push(...page.items);
      after = page.next;
    }
  } finally {
    agents.http.destroy();
    agents.https.destroy();
  }
  return items;
}
