import type { X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import { EDGE } from "../../components/edge/layout";
import { dockerStream } from "../docker";
import { type EdgeHost, short } from "../edge-host";
import { waitFor } from "../traefik-host";
import { type Expected, isServed } from "./in-force";
import { probe } from "./probe";

/**
 * Longest wait for a new certificate: clients are to have it within 5 s, and a handshake through `docker exec` may
 * take as long again on a busy host.
 */
const DEADLINE_SECONDS = 10;

/** SHA-256 fingerprints of what an edge serves for a name, the server's certificate first; none without handshake. */
export async function servedBy(edge: EdgeHost, name: string): Promise<string[]> {
  return (await chainServedBy(edge, name)).map(({ fingerprint256 }) => fingerprint256);
}

/** What an edge serves for a name, the server's certificate first; nothing without handshake. */
export async function chainServedBy(edge: EdgeHost, name: string): Promise<X509Certificate[]> {
  try {
    return (await withHandshake(edge, (socket) => probe({ socket }, name))).chain;
  } catch {
    return [];
  }
}

/**
 * Runs `work` on a stream that leads from inside an edge to a port.
 * @param to default: its own HTTPS port
 */
export async function withHandshake<T>(
  edge: EdgeHost,
  work: (socket: Duplex) => Promise<T>,
  to = { host: "127.0.0.1", port: EDGE.httpsPort as number },
): Promise<T> {
  // From inside: from where the published port can be reached is the operator's affair.
  const socket = dockerStream(edge.endpoint, [
    "exec",
    "--interactive",
    edge.container,
    "timeout",
    "10",
    "busybox",
    "nc",
    to.host,
    String(to.port),
  ]);
  try {
    return await work(socket);
  } finally {
    socket.destroy();
  }
}

/**
 * Waits until an edge serves a name's certificate with its chain.
 * @throws OperationError after 10 s, with what was expected and what was served
 */
export async function waitServed(edge: EdgeHost, expected: Expected): Promise<void> {
  const wanted = shortened(expected);
  await waitFor(
    wanted,
    async () => {
      const served = await servedBy(edge, expected.domain);
      if (isServed(expected, served)) return wanted;
      return `${shortened({ chains: [served] })}, ${served.length} in its chain`;
    },
    (last, seconds) =>
      `for ${expected.domain} the edge did not serve certificate ${wanted} within ${seconds} s; it serves ${last}`,
    DEADLINE_SECONDS,
  );
}

/** The begin of the fingerprints of the chains' first certificates, for people: 12 hex digits each. */
export function shortened({ chains }: Pick<Expected, "chains">): string {
  const leaves = chains.map(([leaf]) => (leaf ? short(leaf.replaceAll(":", "").toLowerCase()) : "none"));
  return leaves.join(" or ");
}
