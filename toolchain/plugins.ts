import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ToolchainError } from "./errors";
import { repositoryRoot } from "./paths";

/** Provider packages that the program is written against; each needs the plugin of the same name and version. */
export const providers = ["cloudflare", "command", "docker", "tls"] as const;

/** A provider plugin: what npm's package of that name asks the engine for. */
export interface Plugin {
  name: string;
  version: string;
}

/** The plugins for the provider packages in node_modules. */
export function neededPlugins(root = repositoryRoot): Plugin[] {
  return providers.map((name) => {
    const file = join(root, "node_modules", "@pulumi", name, "package.json");
    return { name, version: (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version };
  });
}

/** Where the engine looks for a plugin below PULUMI_HOME. */
export function pluginPath(pulumiHome: string, { name, version }: Plugin): string {
  return join(pulumiHome, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
}

/** How long the engine may take for one plugin, downloads included, milliseconds. */
const installTimeoutMs = 10 * 60_000;

/**
 * Has the engine install one plugin into PULUMI_HOME, in place of one of the same version.
 * @param file A built plugin; without it the engine downloads the official one.
 * @throws ToolchainError with the engine's message
 */
export async function installPlugin(
  bin: string,
  pulumiHome: string,
  plugin: Plugin,
  file?: string,
): Promise<void> {
  const { execa } = await import("execa");
  const source = file === undefined ? [] : ["--file", file];
  const result = await execa(
    join(bin, "pulumi"),
    ["plugin", "install", "resource", plugin.name, plugin.version, "--reinstall", ...source],
    {
      env: { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
      reject: false,
      timeout: installTimeoutMs,
    },
  );
  if (result.failed || !existsSync(pluginPath(pulumiHome, plugin))) {
    const reason = String(result.stderr).trim().split("\n").slice(-3).join("\n");
    throw new ToolchainError(
      `toolchain: installing the ${plugin.name} plugin ${plugin.version} failed: ${reason}`,
    );
  }
}
