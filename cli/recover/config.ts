import { parseDocument } from "yaml";
import { namespace } from "../../config/value";
import { usageError } from "../exit";
import { type RestoreEntry, setRestore } from "../restore/config-edit";

/**
 * The configuration of a stack that is rebuilt: it serves the backup from a volume of its own, and trusts the keys of
 * the stores that are made with it.
 * @param receiptKey public key of the new store; what the configuration pins is replaced by it
 * @throws CliError when the file's form does not allow it
 */
export function recoveredConfig(text: string, restore: RestoreEntry, receiptKey: string): string {
  const document = parseDocument(text);
  const backup = ["config", `${namespace}backup`];
  const database = ["config", `${namespace}database`];
  let edited = text;
  const pinned = document.getIn([...backup, "receiptKey"]);
  if (typeof pinned === "string") edited = edited.replaceAll(pinned, receiptKey);
  const taken = [
    [...backup, "offsite", "receiptKey"],
    [...database, "leave"],
  ].filter((path) => document.hasIn(path));
  if (taken.length > 0) {
    const rest = parseDocument(edited);
    for (const path of taken) rest.deleteIn(path);
    edited = rest.toString({ lineWidth: 0 });
  }
  return setRestore(edited, restore);
}

/**
 * The configuration with other Docker endpoints of its hosts.
 * @param endpoints by name of the host
 * @throws CliError for a host that it does not have
 */
export function withEndpoints(text: string, endpoints: Record<string, string>): string {
  if (Object.keys(endpoints).length === 0) return text;
  const document = parseDocument(text);
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = ["config", `${namespace}hosts`, name, "docker"];
    if (!document.hasIn(path))
      throw usageError(`--host ${name}: the exported configuration has no such host`);
    document.setIn(path, endpoint);
  }
  return document.toString({ lineWidth: 0 });
}

/** Whether a configuration serves this restore already: an earlier run has written it. */
export function servesRestore(text: string, { from, as }: RestoreEntry): boolean {
  const restore = parseDocument(text).getIn(["config", `${namespace}database`, "restore"]);
  const value = (restore as { toJSON?: () => unknown } | undefined)?.toJSON?.() as
    Partial<RestoreEntry> | undefined;
  return value?.from === from && value.as === as;
}
