import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { changesBoth, type ImagePart, imageParts, type SignedImage } from "../../config/images";
import type { Settings } from "../../config/settings";
import { ArchiveError } from "../../operations/archive/error";
import { readPublicKey, type SignerKey } from "../../operations/archive/public-key";
import type { Context } from "../context";
import { refusal, usageError } from "../exit";
import { loadConfig } from "../stack-config";

/** Signatures and keys have some kilobytes; anything larger is another file. Bytes. */
const mostBytes = 1024 * 1024;

/** Reads a signature or a key. @throws CliError if it is missing, empty or none by its size */
export function readSmallFile(path: string, what: string): Buffer {
  let size: number;
  let bytes: Buffer;
  try {
    ({ size } = statSync(path));
    if (size > mostBytes) throw usageError(`${path}: is no ${what}: it has ${size} bytes`);
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== "string") throw error;
    throw usageError(`${path}: the ${what} ${code === "ENOENT" ? "is missing" : `cannot be read (${code})`}`);
  }
  if (bytes.length === 0) throw usageError(`${path}: the ${what} is empty`);
  return bytes;
}

/** @throws CliError for anything but one public key of a supported kind */
export function readKeyFile(path: string): SignerKey {
  return refusing(() => readPublicKey(readSmallFile(path, "public key"), basename(path)));
}

/** What is wrong with an archive, a signature or a key stands in the way of what was asked: exit code 3. */
export function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asRefusal(error);
  }
}

export function asRefusal(error: unknown): unknown {
  return error instanceof ArchiveError ? refusal(`${error.message}\nNothing was loaded or changed.`) : error;
}

/**
 * The places that an image goes to.
 * @param names services, `edge` or `database`; without any, the only service
 * @throws CliError for a name that is none of them, or if there are several services to choose from
 */
export function chosenParts(settings: Settings, names: string[] | undefined): ImagePart[] {
  const parts = imageParts(settings);
  const services = Object.keys(settings.services);
  if (!names?.length && services.length > 1) {
    throw usageError(`--service: say whose image it is: ${services.join(", ")}; or edge, database`);
  }
  return [...new Set(names?.length ? names : services)].map((name) => {
    const part = parts.find((each) => each.name === name);
    if (part) return part;
    throw usageError(`--service ${name}: there are ${parts.map((each) => each.name).join(", ")}`);
  });
}

/**
 * Refuses an archive by another key than the one that the service's image names now, or that its last applied
 * configuration names.
 * @param applied newest first
 * @throws CliError
 */
export function refuseOtherSigner(
  { name, image }: ImagePart,
  next: Required<SignedImage>,
  applied: Record<string, SignedImage>[],
  stackOption: string,
): void {
  const present: SignedImage = image.archived
    ? { id: image.reference, ...(image.archived.signer ? { signer: image.archived.signer } : {}) }
    : {};
  const inService = applied[0]?.[name];
  const trust = `./strongroom image trust --public-key PUBLIC_KEY --service ${name}${stackOption}`;
  if (present.signer !== undefined && present.signer !== next.signer) {
    throw refusal(
      `${name}: its archives are signed with ${present.signer}, this one with ${next.signer}. A key and an archive do not change in one diff. If the vendor has replaced its key: ${trust}, review and apply that alone, then add the archive.\nNothing was loaded or changed.`,
    );
  }
  if (changesBoth(inService, next)) {
    throw refusal(
      `${name}: its signer ${next.signer} is not applied yet (in service is ${inService!.id} of ${inService!.signer}). Apply the change of the signer alone, then add the archive.\nNothing was loaded or changed.`,
    );
  }
}

/**
 * Replaces the stack's configuration in one step, if what it would be is valid.
 * @throws ConfigError, and leaves the file as it is
 */
export function writeConfig(context: Context, text: string): void {
  withCheckedConfig(context, text, (unfinished, file) => {
    chmodSync(unfinished, statSync(file).mode);
    renameSync(unfinished, file);
  });
}

/** @throws ConfigError if this text would not be a valid configuration */
export function checkConfig(context: Context, text: string): void {
  withCheckedConfig(context, text, () => undefined);
}

function withCheckedConfig(
  context: Context,
  text: string,
  then: (unfinished: string, file: string) => void,
): void {
  const file = realpathSync(context.configFile);
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, text, { flag: "wx", mode: 0o600 });
    loadConfig({ ...context, configFile: unfinished });
    then(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
