import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";
import type { AddressInfo } from "node:net";

/** A record of a zone. */
export interface ZoneRecord {
  /** Full name without the dot at its end. */
  name: string;
  type: string;
  /** An address, a name or a text, by its type. */
  content: string;
  ttl: number;
}

/** What a server answers for: the apex, with a server of names, and the records. */
export interface Zone {
  apex: string;
  /** Name of the zone's own server. */
  server: string;
  records(): ZoneRecord[];
}

const TYPES: Record<string, number> = { A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28 };
const NXDOMAIN = 3;
const REFUSED = 5;

/** A DNS server of one zone, by UDP (RFC 1035): enough for resolvers that ask it directly. */
export class DnsServer {
  /** The questions so far: `TYPE name`. */
  readonly questions: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly zone: Zone,
  ) {
    socket.on("message", (message, from) => {
      const answer = this.answer(message);
      socket.send(answer, from.port, from.address);
    });
  }

  /** @param port 0 takes a free one */
  static async start(zone: Zone, port = 0, address = "127.0.0.1"): Promise<DnsServer> {
    const socket = createSocket("udp4");
    const server = new DnsServer(socket, zone);
    socket.bind(port, address);
    await once(socket, "listening");
    return server;
  }

  /** `address:port`. */
  get address(): string {
    const { address, port } = this.socket.address() as AddressInfo;
    return `${address}:${port}`;
  }

  stop(): void {
    this.socket.close();
  }

  private answer(message: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = message[at]!; length > 0; length = message[at]!) {
      labels.push(message.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = message.subarray(12, at + 5);
    const number = message.readUInt16BE(at + 1);
    const name = labels.join(".").toLowerCase();
    const type = Object.keys(TYPES).find((each) => TYPES[each] === number) ?? `${number}`;
    this.questions.push(`${type} ${name}`);
    const { apex } = this.zone;
    const isInside = name === apex || name.endsWith(`.${apex}`);
    const all = this.all();
    const there = all.filter((record) => record.name.toLowerCase() === name);
    const found = there.filter((record) => record.type === type || record.type === "CNAME");
    // A name is there when one below it is (RFC 8020).
    const isName = there.length > 0 || all.some((record) => record.name.endsWith(`.${name}`));
    const code = !isInside ? REFUSED : isName ? 0 : NXDOMAIN;
    const authority = isInside && found.length === 0 ? all.filter((record) => record.type === "SOA") : [];
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    // An answer, authoritative; recursion as asked for and there.
    head.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100) | code, 2);
    [1, found.length, authority.length, 0].forEach((count, index) =>
      head.writeUInt16BE(count, 4 + 2 * index),
    );
    return Buffer.concat([head, question, ...[...found, ...authority].map(recordBytes)]);
  }

  private all(): ZoneRecord[] {
    const { apex, server } = this.zone;
    return [
      { name: apex, type: "SOA", content: server, ttl: 60 },
      { name: apex, type: "NS", content: server, ttl: 60 },
      ...this.zone.records(),
    ];
  }
}

function recordBytes({ name, type, content, ttl }: ZoneRecord): Buffer {
  const data = dataBytes(type, content);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(TYPES[type]!, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(ttl, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(name), head, data]);
}

function dataBytes(type: string, content: string): Buffer {
  if (type === "A" || type === "AAAA") return addressBytes(content);
  // One string of 255 bytes at most; as Cloudflare takes them, texts may stand in quotes.
  if (type === "TXT") {
    const text = Buffer.from(content.replace(/^"(.*)"$/, "$1"));
    return Buffer.concat([Buffer.from([text.length]), text]);
  }
  if (type !== "SOA") return nameBytes(content);
  const numbers = Buffer.alloc(20);
  // Serial, refresh, retry, expire, and how long it may be kept that a name is not there: 1 s each, for tests.
  for (let index = 0; index < 5; index++) numbers.writeUInt32BE(1, 4 * index);
  return Buffer.concat([nameBytes(content), nameBytes(content), numbers]);
}

function nameBytes(name: string): Buffer {
  const labels = name
    .split(".")
    .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, "latin1"));
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [before = "", after] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join(""), "hex");
}
