import type { z } from "zod";
import { type Problem, quote } from "./errors";
import { didYouMean } from "./nearest";
import { stackSchema, type StackInput } from "./schema";
import { service as serviceSchema, type ServiceInput } from "./schema/service";
import { descriptionAt, keysAt, quotable, valueAt } from "./walk";

/**
 * The parts of a configuration that hold to the schema: a part that does not is missing, so that the checks
 * across parts still find everything that can be found in the others.
 */
export type Draft = Partial<StackInput>;

/**
 * Reads each part of the configuration by the schema.
 * @param raw The configuration by key, without the namespace.
 * @returns The valid parts (of the services, each valid one) and what is wrong with the others.
 */
export function readDraft(raw: Record<string, unknown>): { draft: Draft; problems: Problem[] } {
  const problems: Problem[] = [];
  const draft: Record<string, unknown> = {};
  const shape = stackSchema.shape as Record<string, z.ZodType>;
  for (const key of Object.keys(raw)) {
    if (!Object.hasOwn(shape, key)) {
      problems.push({ path: key, reason: "unknown key", remedy: didYouMean(key, Object.keys(shape)) });
    }
  }
  for (const [key, schema] of Object.entries(shape)) {
    const given = Object.hasOwn(raw, key) ? raw[key] : undefined;
    const result = schema.safeParse(given);
    if (result.success) draft[key] = result.data;
    else problems.push(...result.error.issues.flatMap((issue) => toProblems(issue, [key], given)));
  }
  if (draft.services === undefined) draft.services = validServices(raw.services);
  return { draft, problems };
}

function validServices(raw: unknown): Record<string, ServiceInput> | undefined {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  const valid = Object.entries(raw).flatMap(([name, given]) => {
    const result = serviceSchema.safeParse(given);
    return result.success ? [[name, result.data] as const] : [];
  });
  return Object.fromEntries(valid);
}

function toProblems(issue: z.core.$ZodIssue, prefix: string[], root: unknown): Problem[] {
  const path = [...prefix, ...issue.path.map(String)];
  const at = path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: `${at}.${key}`,
      reason: "unknown key",
      remedy: didYouMean(key, keysAt(stackSchema, path)),
    }));
  }
  if (issue.code === "invalid_key") {
    const reason = issue.issues.map((each) => each.message).join("; ");
    return [{ path: at, reason: `the name ${reason}`, remedy: "rename it" }];
  }
  const value = valueAt(root, issue.path);
  const missing = value === undefined;
  return [
    {
      path: at,
      ...(quotable(stackSchema, path) && !missing ? { value: quote(value) } : {}),
      reason: missing ? "is missing" : reasonOf(issue),
      remedy: remedyOf(issue, path, value),
    },
  ];
}

function reasonOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `must be at least ${issue.minimum}${lengthUnit(issue.origin)}`.concat(custom(issue.message));
    case "too_big":
      return `must be at most ${issue.maximum}${lengthUnit(issue.origin)}`;
    case "invalid_type":
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return "is not one of the values that it can have";
    default:
      return issue.message;
  }
}

function custom(message: string): string {
  return message.startsWith("Too small") ? "" : ` (${message})`;
}

function lengthUnit(origin: string): string {
  return origin === "string" ? " characters long" : origin === "array" ? " entries long" : "";
}

const typeNames: Record<string, string> = {
  object: "a map of keys",
  record: "a map of names",
  array: "a list",
  string: "a string (put it in quotes)",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function remedyOf(issue: z.core.$ZodIssue, path: string[], value: unknown): string {
  if (issue.code === "invalid_value" && typeof value === "string") {
    return didYouMean(value, issue.values.map(String));
  }
  const text = descriptionAt(stackSchema, path);
  return text === undefined ? "correct it" : `give: ${text}`;
}
