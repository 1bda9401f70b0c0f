import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network: its first address and the length of its prefix in bits. */
export interface Cidr {
  network: Address;
  prefix: number;
}

/** The address, or undefined if the text is none. Strict: no leading zeros, no zone, no IPv4 in IPv6. */
export function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0 || text.includes("%")) return undefined;
  const address = ipaddr.parse(text);
  return address.kind() === "ipv6" && (address as ipaddr.IPv6).isIPv4MappedAddress() ? undefined : address;
}

/** Whether the text is a server's address: `192.0.2.1`, `2001:db8::1`, and with a port `192.0.2.1:53`, `[2001:db8::1]:53`. */
export function isServerAddress(text: string): boolean {
  if (parseAddress(text) !== undefined) return true;
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):([1-9][0-9]{0,4})$/.exec(text) ?? [];
  const address = parseAddress(bracketed ?? bare ?? "");
  return address?.kind() === (bracketed === undefined ? "ipv4" : "ipv6") && Number(port) <= 65_535;
}

/** The network, or what is wrong with the text and how it should read. */
export function parseCidr(text: string): Cidr | { reason: string; remedy: string } {
  const [host = "", bits] = text.split("/");
  const address = parseAddress(host);
  if (address === undefined || text.split("/").length > 2) {
    return {
      reason: "is not a network in CIDR notation",
      remedy: "write it like 192.0.2.0/24 or 2001:db8::/32",
    };
  }
  const width = widthOf(address);
  if (bits === undefined) {
    return { reason: "has no prefix length", remedy: `write ${text}/${width} for this one address` };
  }
  const prefix = Number(bits);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(bits) || prefix > width) {
    return {
      reason: `has a prefix length that is not from 0 to ${width}`,
      remedy: "correct the prefix length",
    };
  }
  const network = networkOf(address, prefix);
  if (network.toString() !== address.toString()) {
    return {
      reason: "has bits set beyond its prefix, so it is not what it seems",
      remedy: `write ${network.toString()}/${prefix} for the network, or ${host}/${width} for the one address`,
    };
  }
  return { network, prefix };
}

export function isCidr(parsed: ReturnType<typeof parseCidr>): parsed is Cidr {
  return "network" in parsed;
}

/** Whether the address lies in the network; never across the two families. */
export function contains({ network, prefix }: Cidr, address: Address): boolean {
  if (network.kind() !== address.kind()) return false;
  return networkOf(address, prefix).toString() === network.toString();
}

/** The address after the network's own: Docker gives it to the bridge. */
export function gatewayOf({ network }: Cidr): Address {
  const bytes = network.toByteArray();
  bytes[bytes.length - 1]! += 1;
  return ipaddr.fromByteArray(bytes);
}

function widthOf(address: Address): number {
  return address.kind() === "ipv4" ? 32 : 128;
}

function networkOf(address: Address, prefix: number): Address {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes);
}
