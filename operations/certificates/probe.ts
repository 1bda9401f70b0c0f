import { X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import tls from "node:tls";

/** What a server answered a handshake with. */
export interface Served {
  /** The server's certificate first, as far as one follows from the other. */
  chain: X509Certificate[];
  /** E.g. "TLSv1.3". */
  protocol: string;
}

/** Where a server is reached: at an address, or through a stream that leads to it. */
export type Way = { host: string; port: number } | { socket: Duplex };

/** Longest wait for a handshake, ms. */
const handshakeMs = 10_000;

/**
 * Asks a server for its certificate by name. Trusts nothing and sends nothing: what comes is for comparison.
 * @throws Error when there is no handshake
 */
export function probe(way: Way, name: string): Promise<Served> {
  return new Promise((done, fail) => {
    const socket = tls.connect({
      ...way,
      servername: name,
      // It is the certificate that is asked for, also an ended or an unknown one; its fingerprint is compared.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no handshake in ${handshakeMs / 1000} s`)),
      handshakeMs,
    );
    // On a way that breaks more than one may come.
    socket.on("error", fail);
    socket.once("close", () => {
      clearTimeout(timer);
      fail(new Error("the connection was closed"));
    });
    socket.once("secureConnect", () => {
      done({ chain: chainOf(socket.getPeerCertificate(true)), protocol: socket.getProtocol() ?? "" });
      socket.destroy();
    });
  });
}

function chainOf(first: tls.DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  // A root names itself as its issuer.
  for (let at: tls.DetailedPeerCertificate | undefined = first; at?.raw; at = at.issuerCertificate) {
    const certificate = new X509Certificate(at.raw);
    if (chain.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256)) break;
    chain.push(certificate);
  }
  return chain;
}
