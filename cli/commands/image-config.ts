import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, type Node, type Pair, parseDocument, Scalar, YAMLMap } from "yaml";
import { namespace } from "../../config/value";
import { usageError } from "../exit";

/** An image as `image add` names it. */
export interface ImageEntry {
  id: string;
  version?: string;
  archive: string;
  signer: string;
}

/** Keys of other kinds of images, which an id takes the place of. */
const kinds = ["id", "name", "build"];

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

function entries({ id, version, archive, signer }: ImageEntry): [string, string][] {
  return [
    ["id", id],
    ...(version ? [["version", version] as [string, string]] : []),
    ["archive", archive],
    ["signer", signer],
  ];
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
  if (isScalar(kind?.value)) {
    kind.key.value = "id";
    kind.value.value = image.id;
    kind.value.type = Scalar.PLAIN;
  }
  map.delete("tag");
  if (image.version === undefined) map.delete("version");
  for (const [key, value] of entries(image)) if (map.get(key) !== value) map.set(key, value);
  const edited = document.toString({ lineWidth: 0 }).trimEnd().split("\n").join(`\n${indent}`);
  return `${text.slice(0, start)}${edited}${block.endsWith("\n") ? "\n" : ""}${text.slice(end)}`;
}
