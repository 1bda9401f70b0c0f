import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "./errors";
import { parseSettings } from "./parse";
import type { Settings } from "./settings";
import { namespace, readValue } from "./value";

/**
 * The settings of the stack that Pulumi runs: the only reader of Pulumi's configuration, of the
 * clock (certificates and previous names that end), and of the environment (STRONGROOM_STACK_DIR, the stack's folder outside the
 * checkout).
 * @throws ConfigError with every problem of the configuration at once.
 */
export function loadSettings(): Settings {
  const stack = pulumi.getStack();
  return parseSettings(readConfig(), {
    stack,
    ...readStackFolder(stack),
    now: new Date(),
    readFile: (path) => readFileSync(path, "utf8"),
    isEncrypted,
  });
}

/** All keys at once, so that an unknown one is seen; `Config.get` would also warn about every secret. */
function readConfig(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig()).flatMap(([key, text]) =>
      key.startsWith(namespace) ? [[key.slice(namespace.length), readValue(text)]] : [],
    ),
  );
}

/** By key: a key counts as encrypted when anything under it is, which is all that the engine says. */
function isEncrypted([key]: readonly string[]): boolean {
  // Not in the SDK's types, but what its own `Config` goes by.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return isConfigSecret(`${namespace}${key}`);
}

function readStackFolder(stack: string): { stackKey?: string; imageLock: Record<string, string> } {
  const folder = process.env.STRONGROOM_STACK_DIR;
  if (folder === undefined) {
    throw new ConfigError(stack, [
      {
        path: "(environment)",
        reason: "STRONGROOM_STACK_DIR is not set, so the stack's key and its images cannot be found",
        remedy: 'run `./strongroom up`, or `eval "$(./strongroom env)"` before plain pulumi',
      },
    ]);
  }
  const stackKey = readOptional(join(folder, "stack.key"))?.trim();
  const images = readOptional(join(folder, "images.json"));
  return {
    ...(stackKey === undefined ? {} : { stackKey }),
    imageLock: images === undefined ? {} : (JSON.parse(images) as Record<string, string>),
  };
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
