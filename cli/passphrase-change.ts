import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Toolchain } from "../toolchain";
import { secretsManagerPlace } from "./config-file";
import { type Context, passphraseFile, project } from "./context";
import { CliError, usageError } from "./exit";
import { opensState } from "./passphrase";
import { loadState } from "./settle/state-edit";
import { readSecretFile } from "./stack-config";
import { addTopLevelKeys, replaceValues } from "./stack-file";
import { engineIn } from "./stack-init";

/** What a change is made of, until it is done: whatever kills it, this says how to end it. */
function changeFiles({ stackDir, stack }: Context) {
  const folder = join(stackDir, "passphrase-change");
  return {
    folder,
    /** The new passphrase. */
    next: join(folder, "passphrase"),
    /** The configuration before, with the salt; the engine rewrites the other. */
    before: join(folder, "before.yaml"),
    after: join(folder, `Pulumi.${stack}.yaml`),
  };
}

/**
 * Makes a new passphrase and has the engine encrypt state and configuration with it.
 * @throws CliError for a stack whose secrets a key management service encrypts
 */
export async function changePassphrase(context: Context, toolchain: Toolchain): Promise<void> {
  const text = readFileSync(context.configFile, "utf8");
  if (/^secretsprovider:\s*(?!passphrase\b)\S/m.test(text)) {
    throw usageError("this stack's secrets are encrypted by a key management service: rotate the key there");
  }
  const { folder, next, before, after } = changeFiles(context);
  mkdirSync(folder, { mode: 0o700 });
  const inFile = secretsManagerPlace(text) === "file";
  const whole = inFile ? text : addTopLevelKeys(text, { encryptionsalt: await saltOf(context, toolchain) });
  const passphrase = randomBytes(32).toString("base64url");
  writeFileSync(before, whole, { mode: 0o600 });
  writeFileSync(after, whole, { mode: 0o600 });
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  writeFileSync(next, `${passphrase}\n`, { mode: 0o600, flush: true });
  // The engine takes a new passphrase from stdin.
  const args = ["stack", "change-secrets-provider", "passphrase", "--stack", context.stack];
  try {
    await engineIn(context, toolchain, folder)(args, `${passphrase}\n`);
  } finally {
    await finishPassphraseChange(context, toolchain);
  }
}

/**
 * Ends a change, also one that was killed: if the new passphrase opens the state it is put in force, with the
 * configuration's new encrypted values; else nothing had been changed, and it is dropped.
 */
export async function finishPassphraseChange(context: Context, toolchain: Toolchain): Promise<void> {
  const { folder, next, before, after } = changeFiles(context);
  if (!existsSync(folder)) return;
  const passphrase = readSecretFile(next);
  if (passphrase !== undefined && opensState(passphrase, await saltOf(context, toolchain))) {
    const pairs = encryptedPairs(parse(readFileSync(before, "utf8")), parse(readFileSync(after, "utf8")));
    writeFileSync(context.configFile, replaceValues(readFileSync(context.configFile, "utf8"), pairs));
    renameSync(next, passphraseFile(context));
  }
  rmSync(folder, { recursive: true, force: true });
}

async function saltOf(context: Context, toolchain: Toolchain): Promise<string> {
  const { salt } = await loadState(context, toolchain);
  if (salt === undefined)
    throw new CliError(`the state of stack ${context.stack} is not encrypted by a passphrase`);
  return salt;
}

/** Old and new ciphertext of every `secure` value and of the salt, by their place in the document. */
export function encryptedPairs(before: unknown, after: unknown): Map<string, string> {
  const pairs = new Map<string, string>();
  const walk = (a: unknown, b: unknown) => {
    if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return;
    for (const [key, value] of Object.entries(a)) {
      const other = (b as Record<string, unknown>)[key];
      const encrypted = key === "secure" || key === "encryptionsalt";
      if (encrypted && typeof value === "string" && typeof other === "string") pairs.set(value, other);
      else walk(value, other);
    }
  };
  walk(before, after);
  return pairs;
}
