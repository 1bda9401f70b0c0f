import { isIPv6 } from "node:net";

interface AddressRecord {
  domain: string;
  /** Position among the domain's addresses: the type is not in a resource's name, since it may change. */
  index: number;
  type: "A" | "AAAA";
  address: string;
}

/** One A or AAAA record for each domain and address, sorted by domain. */
export function addressRecords(domains: Record<string, string[]>): AddressRecord[] {
  return Object.entries(domains)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([domain, addresses]) =>
      addresses.map((address, index) => ({
        domain,
        index,
        type: isIPv6(address) ? ("AAAA" as const) : ("A" as const),
        address,
      })),
    );
}
