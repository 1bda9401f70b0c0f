import { contains, isCidr, parseAddress, parseCidr } from "../addresses";
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

// RFC 4193 (unique local addresses) and RFC 1918.
const uniqueLocal = parseCidr("fc00::/7");
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseCidr);

function subnets(edge: Edge): Problem[] {
  const problems: Problem[] = [];
  const { ipv4Subnet, ipv6Subnet } = edge;
  if (ipv6Subnet !== undefined) {
    const parsed = parseCidr(ipv6Subnet);
    const at = { path: "edge.ipv6Subnet", value: quote(ipv6Subnet) };
    if (!isCidr(parsed)) problems.push({ ...at, ...parsed });
    else if (!isCidr(uniqueLocal) || !contains(uniqueLocal, parsed.network) || parsed.prefix !== 64) {
      problems.push({
        ...at,
        reason: "must be a /64 of the unique local addresses fc00::/7 (RFC 4193)",
        remedy: "choose one at random, e.g. fd00:5eed:1::/64",
      });
    }
  }
  if (ipv4Subnet !== undefined) {
    const parsed = parseCidr(ipv4Subnet);
    const at = { path: "edge.ipv4Subnet", value: quote(ipv4Subnet) };
    if (!isCidr(parsed)) problems.push({ ...at, ...parsed });
    else if (
      parsed.prefix < 16 ||
      parsed.prefix > 28 ||
      !privateNetworks.some((network) => isCidr(network) && contains(network, parsed.network))
    ) {
      problems.push({
        ...at,
        reason: "must be a private network (RFC 1918) from /16 to /28",
        remedy: "choose one that nothing else at the site uses, e.g. 172.31.250.0/24",
      });
    }
  }
  return problems;
}
