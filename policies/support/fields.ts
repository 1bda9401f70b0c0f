// The folder's entry module loads the whole Pulumi SDK; this one, where the error is defined, loads nothing.
import * as proxy from "@pulumi/policy/proxy.js";

const { UnknownValueError } = proxy as unknown as { UnknownValueError: new () => Error };

/** A field that no rule can judge. It is reported as a violation: what cannot be proven safe is not let through. */
export class CannotJudge extends Error {
  constructor(path: string, reason: string) {
    super(`\`${path}\` ${reason}, so it cannot be judged`);
  }
}

export type Report = (problem: string) => void;

/** Runs part of a check; what cannot be judged in it is reported, and the parts after it still run. */
export function guarded(report: Report, part: () => void): void {
  try {
    part();
  } catch (error) {
    if (!(error instanceof CannotJudge)) throw error;
    report(error.message);
  }
}

/**
 * A resource's fields, read one at a time: reading an unknown one (it comes out of a resource that does not exist
 * yet) or one of an unexpected form throws CannotJudge. Loops guard every element by themselves, so that an
 * unknown one hides no other.
 */
export class Fields {
  constructor(
    private readonly record: object | undefined,
    private readonly report: Report,
    private readonly path = "",
  ) {}

  /** Path of a field as it stands in the program, e.g. `mounts[0].source`. */
  pathOf(key: string): string {
    return this.path ? `${this.path}.${key}` : key;
  }

  /** Whether the field is given and not empty. */
  has(key: string): boolean {
    const value = this.read(key);
    return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  }

  /** Whether the field's value comes out of a resource that does not exist yet. */
  isUnknown(key: string): boolean {
    return unknown(() => at(this.record, key));
  }

  text(key: string): string | undefined {
    return asText(this.read(key), this.pathOf(key));
  }

  number(key: string): number | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    if (value.trim() === "" || Number.isNaN(Number(value)))
      throw new CannotJudge(this.pathOf(key), "is not a number");
    return Number(value);
  }

  flag(key: string, fallback = false): boolean {
    const value = this.text(key);
    return value === undefined ? fallback : value === "true";
  }

  /** The nested record; without fields when it is not given. */
  fields(key: string): Fields {
    return new Fields(asRecord(this.read(key), this.pathOf(key)), this.report, this.pathOf(key));
  }

  /** Visits every text of a list with its path. */
  texts(key: string, visit: (text: string, path: string) => void): void {
    this.items(key, (read, path) => {
      const text = asText(read(), path);
      if (text !== undefined) visit(text, path);
    });
  }

  /** Visits every record of a list. */
  each(key: string, visit: (item: Fields, path: string) => void): void {
    this.items(key, (read, path) => visit(new Fields(asRecord(read(), path), this.report, path), path));
  }

  /** Visits every entry of a map of texts. */
  entries(key: string, visit: (name: string, value: string, path: string) => void): void {
    guarded(this.report, () => {
      const map = asRecord(this.read(key), this.pathOf(key));
      for (const name of Object.keys(map ?? {})) {
        const path = `${this.pathOf(key)}.${name}`;
        guarded(this.report, () => visit(name, asText(readAt(map, name, path), path) ?? "", path));
      }
    });
  }

  /** Names of a map's entries, whose values may be unknown. */
  names(key: string): string[] {
    return Object.keys(asRecord(this.read(key), this.pathOf(key)) ?? {});
  }

  private items(key: string, visit: (read: () => unknown, path: string) => void): void {
    guarded(this.report, () => {
      const list = this.read(key) ?? [];
      if (!Array.isArray(list)) throw new CannotJudge(this.pathOf(key), "is not a list");
      for (let index = 0; index < list.length; index += 1) {
        const path = `${this.pathOf(key)}[${index}]`;
        guarded(this.report, () => visit(() => readAt(list, index, path), path));
      }
    });
  }

  private read(key: string): unknown {
    return readAt(this.record, key, this.pathOf(key));
  }
}

function at(record: object | undefined, key: string | number): unknown {
  return (record as Record<string | number, unknown> | undefined)?.[key] ?? undefined;
}

function readAt(record: object | undefined, key: string | number, path: string): unknown {
  if (unknown(() => at(record, key))) throw new CannotJudge(path, "is only known after the update");
  return at(record, key);
}

/** The SDK hands out inputs behind a proxy that throws where a value is unknown. */
function unknown(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof UnknownValueError) return true;
    throw error;
  }
}

function asText(value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "object") throw new CannotJudge(path, "is not a single value");
  return String(value);
}

function asRecord(value: unknown, path: string): object | undefined {
  if (value !== undefined && (typeof value !== "object" || Array.isArray(value))) {
    throw new CannotJudge(path, "is not a record");
  }
  return value as object | undefined;
}
