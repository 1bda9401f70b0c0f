import { isObject, type Values } from "./values";

/** Names under which services are served, sorted, from the stack's outputs. */
export function domainsOf(outputs: Values): string[] {
  const urls = isObject(outputs.urls) ? Object.values(outputs.urls) : [];
  const hosts = urls.flatMap((url) =>
    typeof url === "string" && URL.canParse(url) ? [new URL(url).hostname] : [],
  );
  return [...new Set([...hosts, ...texts(outputs.aliases)])].sort();
}

/** A name that a service had before and that is still answered. */
export interface PreviousName {
  service: string;
  name: string;
  /** When that ends: ISO 8601, a day (its begin, UTC) or a moment. */
  until: string;
}

/** Names that services had before and that are still answered, from the stack's outputs. */
export function previousOf(outputs: Values): PreviousName[] {
  const list: unknown[] = Array.isArray(outputs.previous) ? outputs.previous : [];
  return list.flatMap((each) => {
    if (!isObject(each)) return [];
    const { service, name, until } = each;
    return typeof service === "string" && typeof name === "string" && typeof until === "string"
      ? [{ service, name, until }]
      : [];
  });
}

/** Every name that is answered, sorted: what services are called, and what they were called before. */
export function answeredOf(outputs: Values): string[] {
  return [...new Set([...domainsOf(outputs), ...previousOf(outputs).map(({ name }) => name)])].sort();
}

/** Members of a list in the stack's outputs that are texts. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
