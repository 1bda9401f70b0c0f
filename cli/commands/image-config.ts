import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, type Node, type Pair, parseDocument, Scalar, YAMLMap } from "yaml";
import { namespace } from "../../config/value";
import { usageError } from "../exit";

/** An image from an archive, from a registry by digest, or built on this machine. */
export type ImageEntry =
  | { id: string; version?: string; requires?: string; archive: string; signer: string }
  | { name: string }
  | { build: string; tag: string };

/** The key that says of which kind an image is: one takes the place of another. */
const kinds = ["id", "name", "build"];

/** Order of the other keys. */
const others = ["tag", "version", "requires", "archive", "signer"];

/**
 * The text of a stack's file with one image replaced; everything else, comments and layout too, stays as it is.
 * @param path keys that lead to the image, without the namespace, e.g. services, server, image
 * @throws CliError with the lines to write by hand if the file's form does not allow it
 */
export function setImage(text: string, path: readonly string[], image: ImageEntry): string {
  const [top = "", ...rest] = path;
  const keys = ["config", `${namespace}${top}`, ...rest];
  const document = parseDocument(text);
  const map = document.getIn(keys, true);
  const byHand = usageError(
    `${path.join(".")} is not a plain map in the configuration; write there by hand:\n${render(entryMap(image), "  ")}`,
  );
  if (!isMap(map) || !map.range || map.anchor || map.tag) throw byHand;
  const ancestors = keys.map((_, count) => document.getIn(keys.slice(0, count), true));
  const edited = ancestors.some((each) => isMap(each) && each.flow)
    ? splice(
        text,
        map.range,
        `{ ${entries(image)
          .map(([k, v]) => `${k}: ${JSON.stringify(v)}`)
          .join(", ")} }`,
      )
    : map.flow
      ? asBlock(text, map.range, indentOf(text, document.getIn(keys.slice(0, -1), true), keys.at(-1)!), image)
      : editBlock(text, map.range, image);
  const wanted = document.toJS() as Record<string, never>;
  let at: Record<string, unknown> = wanted;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[keys.at(-1)!] = Object.fromEntries(entries(image));
  const result = parseDocument(edited);
  if (result.errors.length > 0 || !isDeepStrictEqual(result.toJS(), wanted)) throw byHand;
  return edited;
}

function entries(image: ImageEntry): [string, string][] {
  const given = Object.entries(image) as [string, string | undefined][];
  return [...kinds, ...others].flatMap((key) =>
    given.filter((entry): entry is [string, string] => entry[0] === key && Boolean(entry[1])),
  );
}

function entryMap(image: ImageEntry): YAMLMap {
  const map = new YAMLMap();
  for (const [key, value] of entries(image)) map.set(key, new Scalar(value));
  return map;
}

function render(map: Node, indent: string): string {
  const text = parseDocument("");
  text.contents = map as never;
  const lines = text.toString({ lineWidth: 0 }).trimEnd().split("\n");
  return lines.map((line) => (line ? `${indent}${line}` : line)).join("\n");
}

type Range = readonly [number, number, number];

function splice(text: string, [start, end]: Range, inside: string): string {
  return `${text.slice(0, start)}${inside}${text.slice(end)}`;
}

/** Column of a key, as spaces. */
function indentOf(text: string, parent: unknown, key: string): string {
  const pair = (parent as YAMLMap<Scalar, Node>).items.find((each) => each.key.value === key)!;
  const start = pair.key.range![0];
  return " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
}

/** `{ … }` becomes a line for each key, so that the next diff of it shows what changed. */
function asBlock(text: string, [start, end]: Range, indent: string, image: ImageEntry): string {
  const before = text.slice(0, start).replace(/[ \t]+$/, "");
  const block = render(entryMap(image), `${indent}  `);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${block}${text.slice(end)}`;
}

/** A block keeps its comments: its keys are changed in their places. */
function editBlock(text: string, [start, end]: Range, image: ImageEntry): string {
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  const indent = " ".repeat(column);
  const block = text.slice(start, end).replaceAll(`\n${indent}`, "\n");
  const document = parseDocument(block);
  const map = document.contents as unknown as YAMLMap;
  const kind = map.items.find(
    (pair): pair is Pair<Scalar, Scalar> => isScalar(pair.key) && kinds.includes(String(pair.key.value)),
  );
  const [[own, value] = ["", ""], ...rest] = entries(image);
  if (isScalar(kind?.value)) {
    kind.key.value = own;
    // A value that is the same stays as it is written.
    if (kind.value.value !== value) {
      kind.value.value = value;
      kind.value.type = Scalar.PLAIN;
    }
  }
  // What was said of the image before holds for no other.
  for (const key of map.items.map((pair) => String(pair.key)))
    if (key !== own && !rest.some(([kept]) => kept === key)) map.delete(key);
  for (const [key, value] of entries(image)) if (map.get(key) !== value) map.set(key, value);
  const edited = document.toString({ lineWidth: 0 }).trimEnd().split("\n").join(`\n${indent}`);
  return `${text.slice(0, start)}${edited}${block.endsWith("\n") ? "\n" : ""}${text.slice(end)}`;
}
