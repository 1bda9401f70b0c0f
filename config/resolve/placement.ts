import type { StackInput } from "../schema";

/** Name of the host that takes everything that names no other: the primary one. */
export function primaryHost(hosts: StackInput["hosts"]): string | undefined {
  return Object.entries(hosts).find(([, host]) => host.role === "primary")?.[0];
}

/**
 * Path prefix of each service: the configured one; else the profile's default when it shares its domain with
 * another service, so that the two have different addresses; else the root.
 */
export function pathPrefixes(
  services: StackInput["services"],
  defaults: (service: string) => string | undefined,
): Record<string, string> {
  const entries = Object.entries(services);
  return Object.fromEntries(
    entries.map(([name, { domain, pathPrefix }]) => {
      const shared = entries.some(([other, service]) => other !== name && service.domain === domain);
      return [name, pathPrefix ?? (shared ? (defaults(name) ?? "/") : "/")];
    }),
  );
}
