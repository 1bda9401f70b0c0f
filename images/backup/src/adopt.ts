import { createHash } from "node:crypto";
import { chmodSync, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { measure } from "../../../operations/backup/measure";
import type { AdoptRequest } from "../../../operations/backup/offsite";
import { isSignedBy, publicKeyText, signReceipt } from "../../../operations/backup/receipt";
import { EXPORTS_FOLDER, fileOf, STORE_FOLDER } from "../../../operations/backup/sidecar";
import { PARTIAL, SHIPPED_MODE, shareFolder, sync, writeDurably } from "./durable";
import { ARCHIVE_ID } from "./receipts";
import { openStore } from "./store";

/** Longest first line: a receipt names tables' counts, not tables. */
const LONGEST_REQUEST = 1024 * 1024;

/**
 * Takes a backup or an export of an earlier store into this one: on stdin what is asked for, as a line of JSON, then the
 * file. Its receipt must be signed by the key that is trusted; it is signed anew by this store's own, which is the
 * one that everything here is trusted by from then on.
 * @returns this store's public key
 * @throws Error with what is wrong; nothing of it is kept then
 */
export async function adopt(input: Readable): Promise<{ publicKey: string }> {
  const { request, rest } = await firstLine(input);
  const { signed, publicKey } = request;
  const { receipt } = signed;
  if (!isSignedBy(signed, publicKey))
    throw new Error(`the receipt of ${receipt.id} is not signed by the trusted key`);
  if (!ARCHIVE_ID.test(receipt.id) || receipt.file !== fileOf(receipt))
    throw new Error(`the receipt of ${receipt.id} is for another file`);
  const key = openStore();
  const folder = receipt.kind === "settings" ? EXPORTS_FOLDER : STORE_FOLDER;
  mkdirSync(folder, { recursive: true });
  shareFolder(folder);
  const path = join(folder, receipt.file);
  if (!existsSync(path) || (await measure(path)).sha256 !== receipt.sha256) {
    const hash = createHash("sha256");
    try {
      await pipeline(
        rest,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(`${path}${PARTIAL}`, { mode: SHIPPED_MODE }),
      );
      if (hash.digest("hex") !== receipt.sha256)
        throw new Error(`the file of ${receipt.id} is not the one that was proven: its SHA-256 differs`);
      chmodSync(`${path}${PARTIAL}`, SHIPPED_MODE);
      sync(`${path}${PARTIAL}`);
      renameSync(`${path}${PARTIAL}`, path);
      sync(dirname(path));
    } finally {
      rmSync(`${path}${PARTIAL}`, { force: true });
    }
  } else rest.resume();
  const text = `${JSON.stringify(signReceipt(receipt, key), undefined, 2)}\n`;
  writeDurably(join(folder, `${receipt.id}.json`), text, SHIPPED_MODE);
  return { publicKey: publicKeyText(key) };
}

/** The first line as a request; what comes after it is still to be read. */
async function firstLine(input: Readable): Promise<{ request: AdoptRequest; rest: Readable }> {
  let held = Buffer.alloc(0);
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    held = Buffer.concat([held, chunk as Buffer]);
    const end = held.indexOf("\n");
    if (end >= 0) {
      input.unshift(held.subarray(end + 1));
      return { request: JSON.parse(held.subarray(0, end).toString()) as AdoptRequest, rest: input };
    }
    if (held.length > LONGEST_REQUEST) break;
  }
  throw new Error("there is no request on stdin");
}
