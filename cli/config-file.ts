import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Context } from "./context";

/** Where a stack's secrets manager is described: in its configuration file, or only in its state. */
export type SecretsManagerPlace = "file" | "state";

/** Text of the stack's configuration file; undefined when there is none. */
export function readConfigFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Pulumi's own top-level keys say that the secrets manager is in the file. */
export function secretsManagerPlace(text: string): SecretsManagerPlace {
  return /^(encryptionsalt|secretsprovider):/m.test(text) ? "file" : "state";
}

/**
 * The path that the engine is given for the stack's configuration file.
 *
 * A file without `encryptionsalt` belongs to a stack whose secrets manager is in its state (`init` creates the
 * stack from a folder of its own), so that the same committed file serves every machine. The engine then needs
 * PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER=true, and with it `up`, `preview`, `refresh` and `destroy` of 3.259
 * still write the salt back into the file (tried: the next checkout has a diff, and the line is wrong on every
 * other machine). Only if that write fails they carry on without it, since the salt can always be had from
 * state again. So such a file is given by a path by which it can be read, always as it is now, and not be
 * written: before the engine writes, it makes the path's folder in its textual form, where `x/..` is nothing;
 * reading goes by the kernel, for which `x` is a link to the checkout and `x/..` the folder around it. At the
 * textual place there is a plain file instead of a folder, so that making it fails, for root too. `pulumi
 * config set` on such a stack fails with the path's name as the explanation: edit the file itself.
 */
export function engineConfigFile({ configFile, stackDir }: Pick<Context, "configFile" | "stackDir">): string {
  const text = readConfigFile(configFile);
  if (text === undefined || secretsManagerPlace(text) === "file") return configFile;
  const folder = realpathSync(dirname(configFile));
  const place = join(
    stackDir,
    "edit-the-yaml-file-by-hand",
    createHash("sha256").update(folder).digest("hex").slice(0, 12),
  );
  const path = `${place}/link/../${basename(folder)}/${basename(configFile)}`;
  // The twelve digits are the folder's own: what is there already is right.
  if (readConfigFile(path) === undefined) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true, mode: 0o700 });
    writeFileSync(join(place, basename(folder)), "");
    symlinkSync(folder, join(place, "link"));
  }
  return path;
}
