import ipaddr from "ipaddr.js";
import { type Cidr, gatewayOf, isCidr, parseCidr } from "../../config/addresses";

/** A network's address range as Docker reports it. */
export interface IpamConfig {
  subnet?: string;
  gateway?: string;
}

/**
 * The addresses that a container on the front's network can have, in CIDR notation: all but the gateway, which is
 * the host itself, from which any local user could claim to be any client.
 * @throws Error when Docker reports no range
 */
export function containerAddresses(configs: IpamConfig[]): string[] {
  const networks = configs.map(({ subnet, gateway }) => ({ cidr: parseCidr(subnet ?? ""), gateway }));
  const known = networks.flatMap(({ cidr, gateway }) => (isCidr(cidr) ? [{ cidr, gateway }] : []));
  if (known.length === 0 || known.length < networks.length) {
    throw new Error(`Docker reports no address range of the front's network: ${JSON.stringify(configs)}`);
  }
  return known
    .flatMap(({ cidr, gateway }) =>
      allBut(cidr, ipaddr.parse(gateway?.split("/")[0] || gatewayOf(cidr).toString())),
    )
    .sort();
}

/** The network of an address without it: for each bit after the prefix the half in which the address is not. */
function allBut({ prefix }: Cidr, address: ipaddr.IPv4 | ipaddr.IPv6): string[] {
  const bytes = address.toByteArray();
  const ranges: string[] = [];
  for (let bits = prefix + 1; bits <= bytes.length * 8; bits += 1) {
    const other = bytes.map((byte, index) => {
      const kept = Math.min(8, Math.max(0, bits - index * 8));
      const masked = byte & (0xff << (8 - kept)) & 0xff;
      const flipped = Math.floor((bits - 1) / 8) === index ? 0x80 >> ((bits - 1) % 8) : 0;
      return masked ^ flipped;
    });
    ranges.push(`${ipaddr.fromByteArray(other).toString()}/${bits}`);
  }
  return ranges;
}
