import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ConfigError } from "./errors";
import { encryptedPlaceholder } from "./secret";
import { namespace, readValue } from "./value";

/** A stack's file as the CLI sees it: without the values that only the engine can decrypt. */
export interface StackFile {
  /** The configuration by key, without the namespace; a placeholder stands for each encrypted value. */
  raw: Record<string, unknown>;
  /** Paths of the encrypted values, keys joined by dots. */
  secretPaths: string[];
  /** For `ParseContext`: whether the value at this path is encrypted in the file. */
  isEncrypted(path: readonly string[]): boolean;
}

/**
 * Reads `Pulumi.<stack>.yaml` without the engine.
 * @throws ConfigError if the file is missing or is not such a file.
 */
export function readStackFile(path: string): StackFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw fileError(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`, "check its name");
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    // The parser's own message quotes the line, which may hold a secret.
    const { line = 0, col = 0 } = document.errors[0]!.linePos?.[0] ?? {};
    throw fileError(
      path,
      `is not YAML: line ${line}, column ${col} (${document.errors[0]!.code})`,
      "correct it there",
    );
  }
  const config = (document.toJS() as { config?: unknown } | null)?.config ?? {};
  if (typeof config !== "object" || Array.isArray(config)) {
    throw fileError(path, "`config` is not a map", `put keys like ${namespace}product under config:`);
  }
  const secretPaths: string[] = [];
  const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (!key.startsWith(namespace)) return [];
    const name = key.slice(namespace.length);
    return [[name, withPlaceholders(readValue(value), [name], secretPaths)]];
  });
  const encrypted = new Set(secretPaths);
  return {
    raw: Object.fromEntries(entries),
    secretPaths,
    isEncrypted: (at) => encrypted.has(at.join(".")),
  };
}

function withPlaceholders(value: unknown, path: string[], found: string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((each, index) => withPlaceholders(each, [...path, `${index}`], found));
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === "secure" && typeof entries[0]![1] === "string") {
    found.push(path.join("."));
    return encryptedPlaceholder;
  }
  return Object.fromEntries(
    entries.map(([key, each]) => [key, withPlaceholders(each, [...path, key], found)]),
  );
}

function fileError(path: string, reason: string, remedy: string): ConfigError {
  return new ConfigError(path, [{ path: "(file)", reason, remedy }]);
}
