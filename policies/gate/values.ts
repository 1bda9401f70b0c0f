/** Key under which the engine marks special values on the wire, and its mark for a secret (sdk/go/common/resource). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** The engine's mark for a value that is only known after the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A rule needs a value that is a secret or not known yet: it must not guess. */
export class Unjudgeable extends Error {
  constructor(readonly what: string) {
    super(what);
  }
}

export type Values = Record<string, unknown>;

export function isSecret(value: unknown): boolean {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

/** Neither secret nor unknown, on its surface. */
function isPlain(value: unknown): boolean {
  return value !== UNKNOWN && !(isObject(value) && SIGNATURE in value);
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that a verdict depends on. @throws Unjudgeable when it is secret or unknown */
export function field(values: Values, name: string): unknown {
  const value = values[name];
  if (!isPlain(value)) throw new Unjudgeable(`\`${name}\` is secret or only known after the update`);
  return value;
}

/** Text field, "" when it is left out. @throws Unjudgeable when it is anything but a plain text */
export function text(values: Values, name: string): string {
  const value = field(values, name) ?? "";
  if (typeof value !== "string") throw new Unjudgeable(`\`${name}\` is no text`);
  return value;
}

/** Number field. @throws Unjudgeable when it is anything else */
export function number(values: Values, name: string): number {
  const value = field(values, name);
  if (typeof value !== "number") throw new Unjudgeable(`\`${name}\` is no number`);
  return value;
}

/** List field, empty when it is left out. @throws Unjudgeable when it is no list, or an entry is not plain */
export function list(values: Values, name: string): unknown[] {
  const value = field(values, name) ?? [];
  if (!Array.isArray(value)) throw new Unjudgeable(`\`${name}\` is no list`);
  value.forEach((_, index) => field(value as unknown as Values, String(index)));
  return value;
}

/** List of objects. @throws Unjudgeable when an entry is something else */
export function objects(values: Values, name: string): Values[] {
  return list(values, name).map((entry) => {
    if (!isObject(entry)) throw new Unjudgeable(`\`${name}\` holds something else than objects`);
    return entry;
  });
}

/** List of texts. @throws Unjudgeable when an entry is something else */
export function texts(values: Values, name: string): string[] {
  return list(values, name).map((entry) => {
    if (typeof entry !== "string") throw new Unjudgeable(`\`${name}\` holds something else than texts`);
    return entry;
  });
}
