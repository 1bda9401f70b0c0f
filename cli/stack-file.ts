import { usageError } from "./exit";

/** Edits of Pulumi.<stack>.yaml as text, so that comments and layout stay as the operator wrote them. */

/** Puts keys at the end of the file, e.g. `encryptionsalt`. */
export function addTopLevelKeys(text: string, keys: Record<string, string>): string {
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}\n`);
  return `${text.replace(/\n*$/, "\n")}${lines.join("")}`;
}

/**
 * Sets an encrypted value as the first key under `config:`.
 * @throws CliError when the file has no `config:` in block form, or has the key already
 */
export function setConfigSecret(text: string, key: string, secure: string): string {
  if (new RegExp(`^\\s+["']?${key}["']?:`, "m").test(text)) {
    throw usageError(`the configuration sets ${key} already: remove that line, then try again`);
  }
  const config = /^config:[ \t]*(#.*)?\n/m.exec(text);
  if (!config) throw usageError("the configuration has no line `config:` to put keys under");
  const at = config.index + config[0].length;
  return `${text.slice(0, at)}  ${key}:\n    secure: ${secure}\n${text.slice(at)}`;
}

/** Replaces encrypted values and the salt wherever they stand. Each is random, so none stands elsewhere. */
export function replaceValues(text: string, replacements: ReadonlyMap<string, string>): string {
  return [...replacements].reduce((result, [from, to]) => result.replaceAll(from, () => to), text);
}
