import { readStackFile } from "../config/file";
import { namespace, readValue } from "../config/value";
import { runEngine } from "./engine";
import { CliError } from "./exit";
import type { Session } from "./session";
import { loadConfig, type StackConfig } from "./stack-config";

/**
 * The stack's configuration with the values that only the engine can decrypt: for what is started with the stack's own
 * secrets outside an update. They stay in this process's memory; the redactor knows them.
 * @throws CliError when the engine cannot decrypt them
 */
export async function decryptedConfig({
  context,
  toolchain,
}: Pick<Session, "context" | "toolchain">): Promise<StackConfig> {
  const file = readStackFile(context.configFile);
  if (file.secretPaths.length === 0) return loadConfig(context, undefined, file);
  const args = ["config", "--json", "--show-secrets"];
  const { exitCode, stdout, stderr } = await runEngine(context, toolchain, args, { output: "capture" });
  if (exitCode !== 0) throw new CliError(`pulumi config: ${stderr.trim()}`);
  return loadConfig(context, undefined, { ...file, raw: decryptedValues(stdout) });
}

/** @param listing what `pulumi config --json --show-secrets` prints @returns values by key, without the namespace */
export function decryptedValues(listing: string): Record<string, unknown> {
  const entries = Object.entries(JSON.parse(listing) as Record<string, { value?: string }>);
  return Object.fromEntries(
    entries.flatMap(([key, { value }]) =>
      key.startsWith(namespace) && value !== undefined
        ? [[key.slice(namespace.length), readValue(value)]]
        : [],
    ),
  );
}
