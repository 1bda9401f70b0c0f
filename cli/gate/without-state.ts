import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { readStackFile } from "../../config/file";
import { buildNames } from "../../config/images";
import { namespace } from "../../config/value";
import { sha256 } from "../../operations/archive/content";
import type { Toolchain } from "../../toolchain";
import { writeImageLock } from "../../toolchain/images";
import { type Context, project } from "../context";
import { runEngine } from "../engine";
import { CliError } from "../exit";
import { loadConfig } from "../stack-config";
import { initStack } from "../stack-init";
import { type JudgedPreview, judgedPreview } from "./judged-preview";

/** Stands for every encrypted value: long enough for a key, and plainly none. */
const PLACEHOLDER = "5ec7e7".padEnd(64, "0");
/** Stands for an encrypted address; the domain is reserved (RFC 2606). */
const PLACEHOLDER_URL = "http://placeholder.invalid:3128";

/** What only the stack's own secrets manager can use. */
const MANAGER_KEYS = ["encryptionsalt", "encryptedkey", "secretsprovider"];

type Values = Record<string, unknown>;

/**
 * Previews and judges what the configuration says as if nothing were there: against a new, empty state in a folder that
 * is gone afterwards, with placeholders for encrypted values and for images that were not built. It reads no state, no
 * key and no passphrase of the stack, and needs no Docker host. Whoever may not see any of these can run it.
 * @param flags further flags of `pulumi preview`
 * @throws ConfigError when the configuration is wrong; CliError when the engine cannot make the state
 */
export async function previewWithoutState(
  context: Context,
  toolchain: Toolchain,
  flags: string[],
): Promise<JudgedPreview> {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-preview-"));
  try {
    const own: Context = {
      ...context,
      stackDir: join(folder, "stack"),
      configFile: join(folder, basename(context.configFile)),
      backendUrl: `file://${join(folder, "state")}`,
    };
    // Wrong in itself it needs no preview; its own problems are named by its own paths.
    loadConfig({ ...own, configFile: context.configFile }, new Date());
    const { text, encrypted } = withoutSecrets(readFileSync(context.configFile, "utf8"));
    writeFileSync(own.configFile, text, { mode: 0o600 });
    await initStack(own, toolchain, { local: false });
    await setPlaceholders(own, toolchain, encrypted);
    mkdirSync(own.stackDir, { recursive: true });
    writeImageLock(
      join(own.stackDir, "images.json"),
      Object.fromEntries(buildNames(readStackFile(own.configFile).raw).map((name) => [name, idFor(name)])),
    );
    const preview = await judgedPreview(own, toolchain, flags, loadConfig(own, new Date()), {
      askPackAgain: true,
      hosts: "if they answer",
      withoutState: true,
    });
    return preview;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A stack's file without its encrypted values, its key and its secrets manager.
 * @returns also where the values were, as paths that `pulumi config set --path` takes
 */
export function withoutSecrets(file: string): { text: string; encrypted: string[] } {
  const { config = {}, ...rest } = (parse(file) ?? {}) as Values & { config?: Values };
  const encrypted: string[] = [];
  const key = `${namespace}stackKey`;
  const kept = Object.entries(config).filter(([name]) => name !== key);
  const stripped = Object.fromEntries(
    kept.flatMap(([name, value]) => {
      const left = strip(value, name, encrypted);
      return left === undefined ? [] : [[name, left]];
    }),
  );
  const others = Object.entries(rest).filter(([name]) => !MANAGER_KEYS.includes(name));
  return { text: stringify({ ...Object.fromEntries(others), config: stripped }), encrypted };
}

/** What is left of a value; undefined of an encrypted one. */
function strip(value: unknown, path: string, encrypted: string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each, index) => strip(each, `${path}[${index}]`, encrypted));
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === "secure") {
    encrypted.push(path);
    return undefined;
  }
  return Object.fromEntries(
    entries.flatMap(([name, each]) => {
      const left = strip(each, `${path}[${JSON.stringify(name)}]`, encrypted);
      return left === undefined ? [] : [[name, left]];
    }),
  );
}

/** Encrypts a placeholder in each place, for the throw-away stack. */
async function setPlaceholders(context: Context, toolchain: Toolchain, paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  const pairs = paths.flatMap((path) => [
    "--secret",
    `${path}=${path.endsWith('["url"]') ? PLACEHOLDER_URL : PLACEHOLDER}`,
  ]);
  const { exitCode, stderr } = await runEngine(
    context,
    toolchain,
    ["config", "set-all", "--path", ...pairs, "--stack", context.stack],
    { output: "capture" },
  );
  if (exitCode !== 0) throw new CliError(`pulumi config set-all for ${project}: ${stderr.trim()}`);
}

/** An image id of no image. */
function idFor(build: string): string {
  return `sha256:${sha256(Buffer.from(build))}`;
}
