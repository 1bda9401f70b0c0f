/** Where things are inside the edge's containers; components and operations agree on it here. */
export const EDGE = {
  /** Volume with all that changes while the edge runs; every edge of the stack has it. */
  state: "/etc/strongroom/edge",
  /** Folder with one folder a container, named by its host name: the routes that this container has in force. */
  instances: "instances",
  /** In the container's own folder, which Traefik watches. One file, replaced by rename. */
  routesFile: "routes.yml",
  /** The last routes that were proven, and the edge on which: the only thing that is ever put back. */
  confirmedFile: "confirmed.json",
  /** There while a release is recreated: what is needed to go back. */
  cutoverFile: "cutover.json",
  journalFile: "journal.jsonl",
  /** Folder with the ACME accounts, their certificates and keys, which every edge of the stack has. */
  acme: "acme",
  /** Networks from which the front speaks, comma-separated: an edge takes the client's address from nobody else. */
  trustedFile: "front-networks",
  /** Ports inside the container; above 1024 so that no capability is needed on any kernel. */
  httpPort: 8080,
  httpsPort: 8443,
  /** Loopback inside the container only: health, generation and the services' internal routes. */
  internalPort: 8090,
  user: { uid: 65532, gid: 65532 },
  /** Seconds for which a replaced edge answers with `Connection: close`, so that clients let go of it. */
  drainSeconds: 10,
  /** Seconds that requests and WebSockets then still have before the edge cuts them. */
  graceSeconds: 30,
} as const;

/** The front: it holds the published ports and passes connections on to the edge, as they are. */
export const FRONT = {
  state: "/etc/strongroom/front",
  /** Folder that it watches, relative to the volume. One file, replaced by rename. */
  dynamic: "dynamic",
  targetFile: "dynamic/target.yml",
  /** Fixed, since every change of the front interrupts the service. It only passes bytes on. */
  limits: { memoryMiB: 256, cpus: 1, processes: 1024 },
} as const;
