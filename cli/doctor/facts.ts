import type { SignedImage } from "../../config/images";
import type { VerificationRecord } from "../../operations/archive/record";

/** What doctor knows of a machine and its surroundings: gathered by gather.ts, judged by checks.ts. */
export interface Facts {
  hosts: HostFacts[];
  /** Every address and port that the edge publishes. */
  ports: PortFacts[];
  /** Time of this machine, ISO 8601. */
  now: string;
  domains: DomainFacts[];
  /** Names of the proxy variables that are set in this environment. */
  proxyVariables: string[];
  /** The outbound proxy of the configuration, if it has one. */
  outboundProxy?: { host: string; reachable: boolean };
  /** Plugins that stand in for official ones. */
  standIns: string[];
  /** Every image that the configuration gives by id. */
  archives: ArchiveFacts[];
}

/** An image that must have come out of a signed archive. */
export interface ArchiveFacts {
  stack: string;
  /** The service's name, `edge` or `database`. */
  part: string;
  /** Name of its host. */
  host: string;
  id: string;
  /** As the configuration names them. */
  archive?: string;
  signer?: string;
  /** Whether its host has the image; undefined if it does not answer. */
  loaded?: boolean;
  /** That it was verified for this host. */
  record?: VerificationRecord;
  /** What successful updates named for this part, the newest first; an error if that cannot be told. */
  applied: SignedImage[] | { error: string };
}

export interface HostFacts {
  name: string;
  endpoint: string;
  /** Whether it is this machine. */
  local: boolean;
  /** Why the engine does not answer; the fields below are then missing. */
  error?: string;
  engine?: EngineFacts;
  /** Of the file system that holds Docker's data; known on this machine only. */
  disk?: { totalBytes: number; freeBytes: number };
  /** Whether Docker manages IPv6 rules here; undefined when that cannot be told. */
  ipv6Rules?: boolean;
}

export interface EngineFacts {
  /** The daemon's own identifier, which stays with its data. */
  id: string;
  version: string;
  cpus: number;
  memoryBytes: number;
  /** Time of the host, ISO 8601. */
  time: string;
  dataRoot: string;
  /** Kernel limits that Docker cannot enforce here: memory, cpus, processes. */
  missingLimits: string[];
}

export interface PortFacts {
  host: string;
  address: string;
  port: number;
  /** `own`: this stack's edge holds it; `unknown`: it cannot be told from here. */
  state: "free" | "own" | "taken" | "no-such-address" | "unknown";
  /** Who holds it, if that is known. */
  holder?: string;
}

export interface DomainFacts {
  domain: string;
  addresses: string[];
  error?: string;
}
