import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { replaceFile } from "../../operations/replace-file";
import type { BundleFile } from "../backup/bundle";
import type { Context } from "../context";
import { CliError, refusal } from "../exit";

/** What an export says of itself. */
export interface Manifest {
  schema: 1;
  stack: string;
  /** File of the export to the certificate's path, relative to the checkout. */
  certificates: Record<string, string>;
  images: string[];
  /** Public key of the receipts when the export was made; one from before that has none. */
  receiptKey?: string;
}

/** A file and where it goes on this machine. */
export interface Placed {
  path: string;
  content: string;
  mode: number;
}

/** An export's files by what they are. */
export interface Unpacked {
  manifest: Manifest;
  configuration: string;
  /** As `pulumi stack import` takes it. */
  state: string;
  /** Keys, records and certificate files. */
  files: Placed[];
}

/** @throws CliError when the export lacks something, or would write outside of its places */
export function unpack(
  context: Pick<Context, "stack" | "stackDir" | "checkout">,
  bundle: BundleFile[],
): Unpacked {
  const content = new Map(bundle.map((file) => [file.name, file.content]));
  const need = (name: string): string => {
    const found = content.get(name);
    if (found === undefined) throw new CliError(`the export has no ${name}; nothing was changed`);
    return found;
  };
  const manifest = JSON.parse(need("manifest.json")) as Manifest;
  if (manifest.stack !== context.stack)
    throw refusal(
      `the export is of stack ${manifest.stack}: give --stack ${manifest.stack}; nothing was changed`,
    );
  const stackFiles = [...content].flatMap(([name, text]) =>
    name.startsWith("stack/")
      ? [{ path: join(context.stackDir, name.slice("stack/".length)), content: text, mode: 0o600 }]
      : [],
  );
  const certificates = Object.entries(manifest.certificates).map(([name, place]) => {
    const path = resolve(context.checkout, place);
    const inside = relative(context.checkout, path);
    if (isAbsolute(inside) || inside.startsWith(".."))
      throw refusal(
        `the export has a certificate for ${place}, which is outside of the checkout; nothing was changed`,
      );
    return { path, content: need(name), mode: 0o644 };
  });
  return {
    manifest,
    configuration: need(`Pulumi.${context.stack}.yaml`),
    state: need("state.json"),
    files: [...stackFiles, ...certificates],
  };
}

/** Files that are there and hold something else: they may be somebody's. */
export function others(files: Placed[]): string[] {
  return files
    .filter(({ path, content }) => existsSync(path) && readFileSync(path, "utf8") !== content)
    .map(({ path }) => path);
}

/** Writes files into folders that only their owner enters, those that it makes. */
export function place(files: Placed[]): void {
  for (const { path, content, mode } of files) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, content, mode);
  }
}
