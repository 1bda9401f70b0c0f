import tls from "node:tls";
import type { Duplex } from "node:stream";
import { element } from "../../config/certificates/der";

/** What a server asked of a client that has no certificate. */
export interface ClientRequest {
  /** Distinguished names (DER, hex) of the authorities by which it takes certificates; undefined: it asked for none. */
  authorities: string[] | undefined;
  /** Whether the handshake came to its end without a certificate. */
  letIn: boolean;
}

/** Longest wait for a handshake, ms. */
const handshakeMs = 10_000;

/** TLS record and handshake message types (RFC 5246, section 6.2.1 and 7.4). */
const [HANDSHAKE_RECORD, SERVER_HELLO, CERTIFICATE_REQUEST] = [22, 2, 13];

/**
 * Makes a handshake without a client certificate and reads along what the server asks for. By TLS 1.2, in which that
 * is not encrypted; what a server asks for does not depend on the version.
 * @param socket stream that leads to the server, not a socket itself: of one TLS takes the bytes unseen
 * @returns undefined when the server did not begin a handshake
 */
export function clientRequest(socket: Duplex, name: string): Promise<ClientRequest | undefined> {
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  return new Promise((done) => {
    const end = (letIn: boolean): void => {
      clearTimeout(timer);
      const messages = handshakeMessages(Buffer.concat(parts));
      const request = messages.find(({ type }) => type === CERTIFICATE_REQUEST);
      const isServer = messages.some(({ type }) => type === SERVER_HELLO);
      done(isServer ? { authorities: request && authoritiesOf(request.body), letIn } : undefined);
      connection.destroy();
    };
    const connection = tls.connect({
      socket,
      servername: name,
      maxVersion: "TLSv1.2",
      // What the server asks for is looked at, not what it is.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => end(false), handshakeMs);
    connection.on("error", () => end(false));
    connection.once("close", () => end(false));
    connection.once("secureConnect", () => end(true));
  });
}

interface Message {
  type: number;
  body: Buffer;
}

/** The handshake messages at the begin of what a server sent, up to the first thing that is none. */
export function handshakeMessages(sent: Buffer): Message[] {
  const plain: Buffer[] = [];
  for (let at = 0; sent[at] === HANDSHAKE_RECORD && at + 5 <= sent.length;) {
    const end = at + 5 + sent.readUInt16BE(at + 3);
    plain.push(sent.subarray(at + 5, end));
    at = end;
  }
  const stream = Buffer.concat(plain);
  const messages: Message[] = [];
  for (let at = 0; at + 4 <= stream.length;) {
    const end = at + 4 + stream.readUIntBE(at + 1, 3);
    if (end > stream.length) break;
    messages.push({ type: stream[at]!, body: stream.subarray(at + 4, end) });
    at = end;
  }
  return messages;
}

/** RFC 5246, section 7.4.4: kinds of certificates, algorithms, and then the authorities, each list with its length. */
function authoritiesOf(body: Buffer): string[] {
  const kinds = 1 + body.readUInt8(0);
  const algorithms = kinds + 2 + body.readUInt16BE(kinds);
  const names: string[] = [];
  for (let at = algorithms + 2; at + 2 <= body.length;) {
    const end = at + 2 + body.readUInt16BE(at);
    names.push(body.subarray(at + 2, end).toString("hex"));
    at = end;
  }
  return names;
}

/**
 * The subject of a certificate as it stands in it: of what is signed the sixth element, where the version is given, else
 * the fifth (RFC 5280, section 4.1).
 * @param raw DER of a certificate that has been parsed
 * @returns DER of the distinguished name, hex
 */
export function subjectOf(raw: Buffer): string {
  let at = element(raw, element(raw, 0)!.start)!.start;
  // Version [0], which version 1 leaves out; then serial number, signature, issuer, validity.
  for (let left = raw[at] === 0xa0 ? 5 : 4; left > 0; left--) at = element(raw, at)!.end;
  return raw.subarray(at, element(raw, at)!.end).toString("hex");
}
