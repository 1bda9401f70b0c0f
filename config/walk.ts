import type { z } from "zod";

type Schema = z.core.$ZodType;

/** Schemas that a value at `path` could be held to: several where a union is on the way, none if nowhere. */
export function schemasAt(schema: Schema, path: readonly PropertyKey[]): Schema[] {
  return path
    .reduce<Schema[]>(
      (schemas, key) => schemas.flatMap((each) => alternatives(each).flatMap((one) => child(one, key))),
      [schema],
    )
    .flatMap(alternatives);
}

/** Keys that the objects at `path` may have. */
export function keysAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  return schemasAt(schema, path).flatMap((each) => Object.keys(definition(each).shape ?? {}));
}

/** Whether the value at `path` may be quoted: it can only be a plain value, and not a secret one. */
export function quotable(schema: Schema, path: readonly PropertyKey[]): boolean {
  const found = schemasAt(schema, path);
  return found.length > 0 && found.every((each) => plain(each) && !isMarked(each, "unquoted"));
}

/** Paths of all strings in `value` that the schema calls secret. */
export function secretPaths(schema: Schema, value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === "string") return schemasAt(schema, path).some(isSecret) ? [[...path]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => secretPaths(schema, each, [...path, key]));
}

/** The description of what belongs at `path`. */
export function descriptionAt(schema: Schema, path: readonly PropertyKey[]): string | undefined {
  const parents = path.length === 0 ? [schema] : schemasAt(schema, path.slice(0, -1));
  const own = path.length === 0 ? parents : parents.flatMap((each) => child(each, path.at(-1)!));
  return own.map(description).find((text) => text !== undefined);
}

function description(schema: Schema): string | undefined {
  const { innerType } = definition(schema);
  return (schema as z.ZodType).description ?? (innerType && description(innerType));
}

/** The value at `path`; undefined if there is none. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    root,
  );
}

interface Definition {
  type: string;
  shape?: Record<string, Schema>;
  valueType?: Schema;
  element?: Schema;
  innerType?: Schema;
  options?: Schema[];
}

function definition(schema: Schema): Definition {
  return schema._zod.def as unknown as Definition;
}

function alternatives(schema: Schema): Schema[] {
  // A mark such as `secret` may sit on the wrapper: it counts for what is inside as well.
  if (isSecret(schema)) return [schema];
  const { innerType, options } = definition(schema);
  if (innerType) return alternatives(innerType);
  if (options) return options.flatMap(alternatives);
  return [schema];
}

function child(schema: Schema, key: PropertyKey): Schema[] {
  const { shape, valueType, element } = definition(schema);
  if (shape) return Object.hasOwn(shape, key) ? [shape[key as string]!] : [];
  return valueType ? [valueType] : element ? [element] : [];
}

function plain(schema: Schema): boolean {
  const { type, element } = definition(schema);
  if (type === "array" && element) return alternatives(element).every(plain);
  return !isSecret(schema) && ["string", "number", "int", "boolean", "enum", "literal"].includes(type);
}

function isSecret(schema: Schema): boolean {
  return isMarked(schema, "secret");
}

/** Marks are meta data of the schema: `secret`, and `unquoted` for what may be one by mistake. */
function isMarked(schema: Schema, mark: "secret" | "unquoted"): boolean {
  return (schema as z.ZodType).meta?.()?.[mark] === true;
}
