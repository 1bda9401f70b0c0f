/** Where things are inside the edge's container; components and operations agree on it here. */
export const EDGE = {
  /** Volume with all that changes while the edge runs. */
  state: "/etc/strongroom/edge",
  /** Folder that Traefik watches, relative to the volume. One file, replaced by rename. */
  dynamic: "dynamic",
  routesFile: "dynamic/routes.yml",
  /** The last routes that were proven: the only thing that is ever put back. */
  confirmedFile: "confirmed.json",
  journalFile: "journal.jsonl",
  acmeFile: "acme/acme.json",
  /** Ports inside the container; above 1024 so that no capability is needed on any kernel. */
  httpPort: 8080,
  httpsPort: 8443,
  /** Loopback inside the container only: health, generation and the services' internal routes. */
  internalPort: 8090,
  user: { uid: 65532, gid: 65532 },
} as const;

/** Name of the ACME resolver for a challenge; routes refer to it. */
export function resolverName(challenge: "http-01" | "tls-alpn-01" | "dns-01"): string {
  return `acme-${challenge}`;
}
