import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../cli/progress";
import { findEngine } from "./engine";
import { ToolchainError } from "./errors";
import { withFileLock } from "./file-lock";
import { readParts } from "./parts";
import { homeDirectory, pulumiHome } from "./paths";
import { neededPlugins, pluginPath } from "./plugins";
import { provideEngine, providePlugins, type PluginChoice } from "./prepare";
import { readStamp, stampKey, writeStamp } from "./stamp";

/** The engine and its plugins, ready to run. */
export interface Toolchain {
  /** Folder with `pulumi` and, unless it is elsewhere on PATH, `pulumi-language-nodejs`. */
  bin: string;
  /** PULUMI_HOME that holds the plugins. */
  pulumiHome: string;
  /** Plugins in use that stand in for official ones, e.g. `pulumi-resource-command`. */
  standIns: string[];
  /** Where the engine came from. */
  source: "path" | "download" | "build";
}

/**
 * Provides the Pulumi engine and the provider plugins: those on this machine if they are recent enough, else the
 * official ones if their server answers within 3 s, else builds from Go modules. Costs a few milliseconds when
 * nothing is missing. STRONGROOM_PLUGINS=official or =built overrides the choice for the plugins.
 * @throws ToolchainError that says what to install or make reachable
 */
export async function ensureToolchain({ progress }: { progress: Progress }): Promise<Toolchain> {
  const choice = pluginChoice(process.env.STRONGROOM_PLUGINS);
  const parts = readParts();
  const plugins = neededPlugins();
  const found = findEngine();
  const key = stampKey({ parts, plugins, choice, engine: found?.identity });
  const ready = readStamp(key);
  if (ready) return ready;

  const prepare = async (note: (text: string) => void): Promise<Toolchain> => {
    const meanwhile = readStamp(key);
    if (meanwhile) return meanwhile;
    const home = pulumiHome();
    mkdirSync(home, { recursive: true });
    const engine = await provideEngine(parts, found, note);
    const standIns = await providePlugins(engine.bin, home, { parts, plugins, choice, note });
    const toolchain = { ...engine, pulumiHome: home, standIns };
    writeStamp(key, toolchain, [
      join(engine.bin, "pulumi"),
      ...plugins.map((plugin) => pluginPath(home, plugin)),
    ]);
    return toolchain;
  };
  return progress.step("Preparing the Pulumi engine and its plugins", (note) =>
    withFileLock(
      join(homeDirectory(), "toolchain.lock"),
      () => prepare(note),
      (holder) => note(`waiting for process ${holder}, which does the same`),
    ),
  );
}

/** Reads STRONGROOM_PLUGINS. */
export function pluginChoice(value: string | undefined): PluginChoice {
  if (!value) return undefined;
  if (value === "official" || value === "built") return value;
  throw new ToolchainError(`STRONGROOM_PLUGINS is "${value}": give "official" or "built", or leave it out.`);
}
