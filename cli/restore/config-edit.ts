import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument } from "yaml";
import { namespace } from "../../config/value";
import { usageError } from "../exit";

/** `database.restore` of the configuration. */
export interface RestoreEntry {
  from: string;
  as: string;
}

/**
 * The text of a stack's file with `database.restore` set; everything else, comments and layout too, stays as it is.
 * @throws CliError with the line to write by hand if the file's form does not allow it
 */
export function setRestore(text: string, { from, as }: RestoreEntry): string {
  const key = `${namespace}database`;
  const line = `restore: { from: "${from}", as: ${as} }`;
  const byHand = usageError(`database is not a plain map in the configuration; write there by hand: ${line}`);
  const document = parseDocument(text);
  const database = document.getIn(["config", key], true);
  const first = isMap(database) ? database.items[0]?.key : undefined;
  if (!isMap(database) || !isScalar(first) || !first.range) throw byHand;
  const present = database.items.find((pair) => isScalar(pair.key) && pair.key.value === "restore");
  const edited = present
    ? replaceValue(text, present.value, line.slice("restore: ".length))
    : insertBefore(text, first.range[0], line, database.flow === true);
  const wanted = document.toJS() as { config: Record<string, Record<string, unknown>> };
  wanted.config[key]!.restore = { from, as };
  const result = parseDocument(edited ?? "");
  if (edited === undefined || result.errors.length > 0 || !isDeepStrictEqual(result.toJS(), wanted))
    throw byHand;
  return edited;
}

/** As the first of the map's keys: comments stay with the key that they are before, and with what follows. */
function insertBefore(text: string, at: number, line: string, isFlow: boolean): string {
  const column = at - (text.lastIndexOf("\n", at - 1) + 1);
  const end = isFlow ? ", " : `\n${" ".repeat(column)}`;
  return `${text.slice(0, at)}${line}${end}${text.slice(at)}`;
}

/** Only a map in braces, or one that ends with its last line: what it was is in the file's history. */
function replaceValue(text: string, value: unknown, by: string): string | undefined {
  if (!isMap(value) || !value.range) return undefined;
  const [start, end] = value.range;
  if (value.flow) return `${text.slice(0, start)}${by}${text.slice(end)}`;
  const after = text.slice(end);
  const head = text.slice(0, start).replace(/\s+$/, "");
  return `${head} ${by}\n${text[end - 1] === "\n" ? "" : "\n"}${after}`.replace(/\n\n$/, "\n");
}
