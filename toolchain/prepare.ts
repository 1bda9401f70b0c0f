import { existsSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildParts, type BuiltPart } from "./build";
import { downloadEngine, engineArchive, unfitEngine, type FoundEngine } from "./engine";
import { ToolchainError } from "./errors";
import type { Toolchain } from "./index";
import type { Part } from "./parts";
import { cacheDirectory } from "./paths";
import { installPlugin, type Plugin } from "./plugins";
import { isReachable } from "./reach";

/** Which plugins are asked for: the official ones, the built ones, or whichever is to be had. */
export type PluginChoice = "official" | "built" | undefined;

/** Tells the user what is being done. */
type Note = (text: string) => void;

/**
 * Provides the Pulumi CLI with its language host.
 * @param found The CLI on PATH, used if it is recent enough.
 */
export async function provideEngine(
  parts: Part[],
  found: FoundEngine | undefined,
  note: Note,
): Promise<Pick<Toolchain, "bin" | "source">> {
  const unfit = found && (await unfitEngine(found));
  if (found && !unfit) return { bin: found.bin, source: "path" };
  if (found) note(`not using ${join(found.bin, "pulumi")}: ${unfit}`);

  const engine = partOf(parts, ({ binary }) => binary === "pulumi", "pulumi");
  const host = partOf(parts, ({ binary }) => binary === "pulumi-language-nodejs", "pulumi-language-nodejs");
  if (await officialServerAnswers(engine.version)) {
    const bin = await orElse(() => downloadEngine(engine.version), note);
    if (bin) return { bin, source: "download" };
  }
  return { bin: linkTogether(await buildParts([engine, host], note)), source: "build" };
}

/**
 * Installs the provider plugins into PULUMI_HOME.
 * @returns The programs among them that stand in for official ones
 */
export async function providePlugins(
  bin: string,
  home: string,
  { parts, plugins, choice, note }: { parts: Part[]; plugins: Plugin[]; choice: PluginChoice; note: Note },
): Promise<string[]> {
  const installOfficial = async () => {
    note("installing the official plugins");
    for (const plugin of plugins) await installPlugin(bin, home, plugin);
    return [];
  };
  if (choice === "official") return installOfficial();
  const engine = partOf(parts, ({ binary }) => binary === "pulumi", "pulumi");
  if (choice === undefined && (await officialServerAnswers(engine.version))) {
    const standIns = await orElse(installOfficial, note);
    if (standIns) return standIns;
  }
  const built = await buildParts(
    plugins.map((plugin) => partFor(plugin, parts)),
    note,
  );
  for (const [index, plugin] of plugins.entries()) await installPlugin(bin, home, plugin, built[index]!.path);
  return built.filter(({ part }) => part.standIn).map(({ part }) => part.binary);
}

let answers: Promise<boolean> | undefined;

/** Asked once a process, so that a network without an answer costs its 3 s once. */
function officialServerAnswers(version: string): Promise<boolean> {
  return (answers ??= isReachable(engineArchive(version).url));
}

function partOf(parts: Part[], matches: (part: Part) => boolean, what: string): Part {
  const part = parts.find(matches);
  if (!part) throw new ToolchainError(`toolchain: no part.json describes how ${what} is built.`);
  return part;
}

/** The part that builds a plugin; its version must be the one that npm's package asks the engine for. */
export function partFor(plugin: Plugin, parts: Part[]): Part {
  const part = partOf(parts, (it) => it.plugin?.name === plugin.name, `the ${plugin.name} plugin`);
  if (part.plugin?.version !== plugin.version) {
    throw new ToolchainError(
      `toolchain/${part.name}/part.json builds version ${part.plugin?.version}, npm's @pulumi/${plugin.name} is ` +
        `${plugin.version}: bring them together.`,
    );
  }
  return part;
}

/** What `get` returns, or undefined after a note when it fails. */
async function orElse<T>(get: () => Promise<T>, note: Note): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    note(`${error instanceof Error ? error.message : String(error)}; building instead`);
    return undefined;
  }
}

/** The engine finds its language host beside itself. */
function linkTogether(built: BuiltPart[]): string {
  const folder = join(
    cacheDirectory(),
    "engine",
    `built-${built.map(({ key }) => key.slice(0, 12)).join("-")}`,
  );
  if (built.every(({ part }) => existsSync(join(folder, part.binary)))) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(join(dirname(folder), "link-"));
  for (const { part, path } of built) linkSync(path, join(work, part.binary));
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
  return folder;
}
