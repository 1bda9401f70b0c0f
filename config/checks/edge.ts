import { type Cidr, contains, isCidr, parseAddress, parseCidr } from "../addresses";
import { quote, type Problem } from "../errors";
import type { Check, CheckInput } from "./check";

type Edge = NonNullable<CheckInput["draft"]["edge"]>;

/** What the edge binds and the networks it is on. */
export const checkEdge: Check = ({ draft, profile }) => {
  const { edge } = draft;
  if (!edge) return [];
  return [
    ...addresses(edge, profile?.localOnly ?? false),
    ...subnets(edge),
    ...(edge.ports.http === edge.ports.https
      ? [
          {
            path: "edge.ports",
            value: quote(edge.ports),
            reason: "HTTP and HTTPS cannot share a port",
            remedy: "give them different ports, normally 80 and 443",
          },
        ]
      : []),
    ...(edge.hsts.preload && !(edge.hsts.includeSubdomains && edge.hsts.maxAgeSeconds >= 31_536_000)
      ? [
          {
            path: "edge.hsts.preload",
            value: "true",
            reason:
              "browsers' lists take only domains with includeSubdomains and at least 31536000 seconds (a year)",
            remedy: "set both, or leave preload out: it is hard to undo",
          },
        ]
      : []),
  ];
};

function addresses(edge: Edge, localOnly: boolean): Problem[] {
  const parsed = edge.addresses.map(parseAddress);
  return edge.addresses.flatMap((text, index): Problem[] => {
    const at = { path: `edge.addresses.${index}`, value: quote(text) };
    const address = parsed[index];
    if (!address) {
      return [
        {
          ...at,
          reason: "is not an IPv4 or IPv6 address",
          remedy: "give an address of the host, e.g. 0.0.0.0",
        },
      ];
    }
    const problems: Problem[] = [];
    const others = parsed.filter((other, place) => place !== index && other?.kind() === address.kind());
    const wildcard = address.toString() === "0.0.0.0" || address.toString() === "::";
    if (parsed.findIndex((other) => other?.toString() === address.toString()) !== index) {
      problems.push({ ...at, reason: "is there twice", remedy: "remove one of the two" });
    } else if (wildcard && others.some((other) => other!.toString() !== address.toString())) {
      problems.push({
        ...at,
        reason: "covers every address of its family already, so the ports would be bound twice",
        remedy: "keep this one or the single addresses",
      });
    }
    if (localOnly && address.range() !== "loopback") {
      problems.push({
        ...at,
        reason: "the product is for trying out and may be reachable from this machine only",
        remedy: "use 127.0.0.1 or ::1",
      });
    }
    if (!localOnly && address.kind() === "ipv6" && edge.ipv6Subnet === undefined) {
      problems.push({
        ...at,
        reason:
          "without an IPv6 network Docker relays IPv6 connections, and every client seems to be its gateway",
        remedy: "set edge.ipv6Subnet to a /64 of your own, e.g. fd00:5eed:1::/64, or publish on IPv4 only",
      });
    }
    return problems;
  });
}

function subnets({ ipv4Subnet, ipv6Subnet }: Edge): Problem[] {
  return [
    ...subnet("edge.ipv6Subnet", ipv6Subnet, {
      fits: ({ network, prefix }) => within(uniqueLocal, network) && prefix === 64,
      reason: "must be a /64 of the unique local addresses fc00::/7 (RFC 4193)",
      remedy: "choose one at random, e.g. fd00:5eed:1::/64",
    }),
    ...subnet("edge.ipv4Subnet", ipv4Subnet, {
      fits: ({ network, prefix }) => within(privateNetworks, network) && prefix >= 16 && prefix <= 28,
      reason: "must be a private network (RFC 1918) from /16 to /28",
      remedy: "choose one that nothing else at the site uses, e.g. 172.31.250.0/24",
    }),
  ];
}

function subnet(
  path: string,
  text: string | undefined,
  rule: { fits: (cidr: Cidr) => boolean; reason: string; remedy: string },
): Problem[] {
  if (text === undefined) return [];
  const at = { path, value: quote(text) };
  const parsed = parseCidr(text);
  if (!isCidr(parsed)) return [{ ...at, ...parsed }];
  if (!rule.fits(parsed)) return [{ ...at, reason: rule.reason, remedy: rule.remedy }];
  const canonical = `${parsed.network.toString()}/${parsed.prefix}`;
  if (text === canonical) return [];
  // Docker reports networks in this form: any other spelling would be a change at every refresh.
  return [{ ...at, reason: "is not in its canonical form", remedy: `write ${canonical}` }];
}

function within(networks: Cidr[], address: Cidr["network"]): boolean {
  return networks.some((network) => contains(network, address));
}

// RFC 4193 (unique local addresses) and RFC 1918.
const uniqueLocal = ["fc00::/7"].map(parseCidr).filter(isCidr);
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseCidr).filter(isCidr);
