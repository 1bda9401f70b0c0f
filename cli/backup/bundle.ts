import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { imageParts } from "../../config/images";
import { recordFolder } from "../../operations/archive/record";
import { acmeStorage } from "../../components/edge/acme";
import { EdgeHost } from "../../operations/edge-host";
import { tarOf } from "../../operations/tar";
import { configFileInCheckout, passphraseFile } from "../context";
import { digest } from "../gate/digest";
import { canonicalState } from "../gate/judged";
import type { Session } from "../session";
import { exportState } from "../settle/state-edit";
import { stackKeyFile } from "../stack-config";
import { parseCheckpoint, type StateResource } from "../state";

/** A file of an export: its path in it, with `/`, and its text. */
export interface BundleFile {
  name: string;
  content: string;
}

/** The stack's state in an export. */
const STATE = "state.json";

/**
 * What rebuilds a stack beside its data: configuration as it is written, certificates that it names, state, passphrase,
 * keys and image records of the stack's folder, and what the edge has got by ACME. Secret through and through: for
 * `tarOfBundle` alone.
 * @param receiptKey public key by which the stack's receipts are checked now
 * @throws Error when something that the configuration names cannot be read
 */
export async function gatherBundle(
  { context, config, toolchain }: Session,
  receiptKey: string,
): Promise<BundleFile[]> {
  const { settings, certificateFiles } = config;
  const certificates = certificateFiles.map((path, index) => ({
    path,
    name: `certificates/${index + 1}.pem`,
    content: readFileSync(resolve(context.checkout, path), "utf8"),
  }));
  const manifest = {
    schema: 1,
    stack: context.stack,
    configuration: configFileInCheckout(context),
    certificates: Object.fromEntries(certificates.map(({ name, path }) => [name, path])),
    images: [...new Set(imageParts(settings).map(({ image }) => image.reference))].sort(),
    receiptKey,
  };
  const storage = usesAcme(config) && settings.certificates.acme && acmeStorage(settings.certificates.acme);
  const acme = storage
    ? await (await EdgeHost.find(settings.hosts[settings.edge.host]!.docker, context.stack))?.acme(storage)
    : undefined;
  return [
    { name: "manifest.json", content: `${JSON.stringify(manifest, undefined, 2)}\n` },
    { name: `Pulumi.${context.stack}.yaml`, content: readFileSync(context.configFile, "utf8") },
    { name: STATE, content: await exportState(context, toolchain) },
    ...certificates.map(({ name, content }) => ({ name, content })),
    ...stackFiles(context.stackDir).flatMap(({ name, path }) => {
      const content = contentOf(path);
      return content === undefined ? [] : [{ name: `stack/${name}`, content }];
    }),
    ...(acme ? [{ name: `edge/${storage}`, content: acme }] : []),
  ];
}

function usesAcme({ settings }: Session["config"]): boolean {
  return Object.values(settings.certificates.domains).some(({ mode }) => mode === "acme");
}

/** What the stack's folder holds that nothing can make anew. */
function stackFiles(stackDir: string): { name: string; path: string }[] {
  const named = [passphraseFile({ stackDir }), stackKeyFile({ stackDir })];
  const others = ["images.json", "backup-receipts.pub"].map((name) => join(stackDir, name));
  const folder = recordFolder(stackDir);
  const records = contentsOf(folder).map((name) => join(folder, name));
  return [...named, ...others, ...records].map((path) => ({ name: path.slice(stackDir.length + 1), path }));
}

function contentsOf(folder: string): string[] {
  return unlessMissing(() => readdirSync(folder).filter((name) => name.endsWith(".json"))) ?? [];
}

function contentOf(path: string): string | undefined {
  return unlessMissing(() => readFileSync(path, "utf8"));
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * State as far as one differs from another: every update writes times, encrypts the same secrets and orders what depends
 * on what anew.
 */
function stateText(content: string): string {
  const state = parseCheckpoint(content.replace(/"ciphertext":\s*"[^"]*"/g, '"ciphertext":""'));
  const sorted = (value: unknown) => (Array.isArray(value) ? [...(value as unknown[])].sort() : value);
  const resources = (state.resources as unknown as Record<string, unknown>[]).map((resource) => ({
    ...resource,
    dependencies: sorted(resource.dependencies),
    propertyDependencies: Object.entries(resource.propertyDependencies ?? {})
      .map(([name, urns]) => [name, sorted(urns)])
      .sort(),
  }));
  return canonicalState({ ...state, resources: resources as unknown as StateResource[] });
}

/**
 * SHA-256 in hex of what an export holds and of who can open it; equal ones need not be made twice. Nothing can be told
 * from it: 256-bit keys are among what it is of.
 */
export function bundleDigest(files: BundleFile[], recipients: string[]): string {
  const contents = files.flatMap(({ name, content }) => [
    name,
    name === STATE ? stateText(content) : content,
  ]);
  return digest(...recipients, ...contents);
}

/** An export as one tar, whose files only their owner reads. */
export function tarOfBundle(files: BundleFile[]): Promise<Buffer> {
  return tarOf(files.map((file) => ({ ...file, uid: 0, gid: 0, mode: 0o600 })));
}

/** The files of a tar of `tarOfBundle`. @throws Error for a path that leads out of it, or when it is not whole */
export async function filesOfTar(tar: Uint8Array): Promise<BundleFile[]> {
  const entries = extract();
  const pumped = pipeline(Readable.from([tar]), entries);
  // Its failure is the iteration's too.
  pumped.catch(() => undefined);
  const files: BundleFile[] = [];
  for await (const entry of entries) {
    const { name, type } = entry.header;
    if (type !== "file" || !/^(?!.*\.\.)[\w@.-]+(\/[\w@.-]+)*$/.test(name))
      throw new Error(`the export holds ${JSON.stringify(name)}, which no export of strongroom does`);
    files.push({ name, content: await text(entry) });
  }
  await pumped;
  return files;
}
