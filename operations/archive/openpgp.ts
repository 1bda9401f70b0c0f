import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text as readText } from "node:stream/consumers";
import { ArchiveError } from "./error";
import type { OpenPgpKey } from "./openpgp-key";
import { dearmor, packetTag, readPackets } from "./openpgp-packets";
import type { Verifier } from "./verifier";

type Gpgv = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Verifies a detached OpenPGP signature by gpgv, with a keyring of the given key alone.
 * @param folder private; gpgv's files are in it until it has read them
 * @throws ArchiveError at once if the signature is damaged or there is no gpgv
 */
export async function openPgpVerifier(file: Buffer, key: OpenPgpKey, folder: string): Promise<Verifier> {
  const format = `${key.title}, gpgv`;
  const refuse = (reason: string) => new ArchiveError(`signature (${format}): ${reason}`);
  const signature = readSignature(file);
  const packets = signature && readPackets(signature);
  if (!signature || !packets) throw refuse("is truncated, damaged, or has something after its end");
  if (packets.length !== 1 || packets[0]!.tag !== packetTag.signature) {
    throw refuse("is not one detached signature: sign with `gpg --detach-sign`");
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = mkdtempSync(join(folder, "gpgv-"));
  const clear = () => rmSync(own, { recursive: true, force: true });
  try {
    writeFileSync(join(own, "keyring"), key.keyring, { mode: 0o600 });
    writeFileSync(join(own, "signature"), signature, { mode: 0o600 });
    const gpgv = await startGpgv(own);
    const status = readText(gpgv.stdout).finally(clear);
    // A gpgv that is satisfied or not before the end closes its stdin; its status says which.
    gpgv.stdin.on("error", () => undefined);
    return {
      format,
      // Its callback comes when gpgv has taken the bytes, or is gone: no more than one chunk waits.
      update: (chunk) => new Promise((done) => void gpgv.stdin.write(chunk, () => done())),
      finish: async () => {
        gpgv.stdin.end();
        const problem = problemIn(await status);
        if (problem) throw refuse(problem);
      },
    };
  } catch (error) {
    clear();
    throw error;
  }
}

function readSignature(file: Buffer): Buffer | undefined {
  const text = file.toString("latin1");
  return text.trimStart().startsWith("-----BEGIN PGP") ? dearmor(text, "SIGNATURE") : file;
}

async function startGpgv(folder: string): Promise<Gpgv> {
  const options = ["--status-fd", "1", "--homedir", folder, "--weak-digest", "SHA1"];
  const gpgv = spawn(
    "gpgv",
    [...options, "--keyring", join(folder, "keyring"), join(folder, "signature"), "-"],
    {
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  try {
    await once(gpgv, "spawn");
  } catch {
    throw new ArchiveError(
      "signature (OpenPGP): gpgv is not installed, which verifies it: apt-get install gpgv",
    );
  }
  return gpgv;
}

/** What gpgv's status lines (doc/DETAILS of GnuPG) have against a signature; undefined if it is good. */
function problemIn(status: string): string | undefined {
  const lines = status.split("\n").map((line) => line.replace(/^\[GNUPG:\] /, "").split(" "));
  const find = (word: string) => lines.find(([first]) => first === word);
  const good = find("GOODSIG") && find("VALIDSIG");
  const bad = ["BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG"].find(find);
  if (good && !bad) return undefined;
  const missing = find("NO_PUBKEY");
  if (missing) return `was made by another key, ${missing[1]}`;
  if (bad === "BADSIG") return "is this key's, but for another file, or the archive was changed";
  if (bad === "EXPSIG") return "has expired";
  if (bad === "EXPKEYSIG") return "is of a key that has expired; get the vendor's renewed one";
  if (bad === "REVKEYSIG") return "is of a key that was revoked";
  return `is refused by gpgv (${
    lines
      .map(([word]) => word)
      .join(" ")
      .trim() || "no reason given"
  }); SHA-1 is too weak`;
}
