import { isObject, type Values } from "./values";

/** Domains of all services, sorted, from the stack's outputs. */
export function domainsOf(outputs: Values): string[] {
  const urls = isObject(outputs.urls) ? Object.values(outputs.urls) : [];
  const hosts = urls.flatMap((url) =>
    typeof url === "string" && URL.canParse(url) ? [new URL(url).hostname] : [],
  );
  return [...new Set(hosts)].sort();
}
