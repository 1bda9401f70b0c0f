import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readStackFile, type StackFile } from "../config/file";
import { buildNames } from "../config/images";
import { parseSettings } from "../config/parse";
import { Secret } from "../config/secret";
import type { Settings } from "../config/settings";
import { refuseOtherEndpoint } from "../toolchain/docker";
import { readImageLock } from "../toolchain/images";
import { type Context, passphraseFile } from "./context";
import { usageError } from "./exit";
import { createRedactor, type Redactor } from "./redact";

/** A stack's configuration as the CLI uses it: checked before anything is touched. */
export interface StackConfig {
  settings: Settings;
  /** Docker endpoints of all hosts. */
  endpoints: string[];
  /** Images to build on this machine, `folder:tag`. */
  builds: string[];
  /** Certificate files that the configuration names, as it does: relative to the checkout. */
  certificateFiles: string[];
  /** Takes the stack's secrets out of everything that is printed or kept. */
  redactor: Redactor;
}

/** Stands in for the stack's key before it was made: what is derived from it is checked and never used. */
const noKey = "0".repeat(64);

/** The stack's own key, for stacks whose configuration has none. */
export function stackKeyFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "stack.key");
}

/**
 * Reads and checks the stack's configuration without the engine.
 * @param now judges also whether its certificates are valid now: for commands that would put them in force
 * @param file what it holds, where that was read already
 * @throws ConfigError with every problem at once; CliError when DOCKER_HOST contradicts it
 */
export function loadConfig(
  context: Context,
  now?: Date,
  file: StackFile = readStackFile(context.configFile),
): StackConfig {
  const stackKey = readSecretFile(stackKeyFile(context));
  const builds = buildNames(file.raw);
  const imageLock = readImageLock(join(context.stackDir, "images.json"));
  const certificateFiles = new Set<string>();
  const settings = parseSettings(file.raw, {
    stack: context.stack,
    stackKey: stackKey ?? noKey,
    ...(now ? { now } : {}),
    // What is not built yet is no error: `up` builds it.
    ...(builds.every((name) => name in imageLock) ? { imageLock } : {}),
    readFile: (path) => {
      certificateFiles.add(path);
      return readFileSync(resolve(context.checkout, path), "utf8");
    },
    isEncrypted: (path) => file.isEncrypted(path),
  });
  const endpoints = [...new Set(Object.values(settings.hosts).map(({ docker }) => docker))];
  for (const endpoint of endpoints) checkDockerHost(endpoint);
  return {
    settings,
    endpoints,
    builds,
    certificateFiles: [...certificateFiles].sort(),
    redactor: createRedactor(
      [stackKey, readSecretFile(passphraseFile(context)), ...secretsIn(settings)].filter(
        (value) => value !== undefined,
      ),
    ),
  };
}

function checkDockerHost(endpoint: string): void {
  try {
    refuseOtherEndpoint(endpoint, process.env.DOCKER_HOST);
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

/** Image references by service; once its local builds are made. */
export function imagesOf({ services }: Settings): Record<string, string> {
  return Object.fromEntries(Object.values(services).map(({ name, image }) => [name, image.reference]));
}

/** Content of a file that holds one secret; undefined when there is none. */
export function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Plain values of all secrets in the settings that can be known without the engine. */
export function secretsIn(value: unknown): string[] {
  if (value instanceof Secret) {
    try {
      return [value.reveal()];
    } catch {
      // Encrypted in the stack's file: the engine knows it and prints [secret] itself.
      return [];
    }
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsIn) : [];
}
