import { type Cidr, contains, gatewayOf, isCidr, parseCidr } from "../addresses";
import { quote, type Problem } from "../errors";
import type { Check, CheckInput } from "./check";

/**
 * Allow-lists hold networks, shut somebody out, and do not let in the edge's own gateway: when Docker has to
 * relay a connection (userland proxy, IPv6 on an IPv4 network), every client comes from that address, and a
 * list that contains it lets everybody in. A product for trying out on one machine may list it.
 */
export const checkAllowLists: Check = ({ draft, profile }) => {
  const gateways = gatewaysOf(draft.edge);
  return Object.entries(draft.services ?? {}).flatMap(([name, { allowedIps }]) =>
    (allowedIps ?? []).flatMap((text, index): Problem[] => {
      const at = { path: `services.${name}.allowedIps.${index}`, value: quote(text) };
      const parsed = parseCidr(text);
      if (!isCidr(parsed)) return [{ ...at, ...parsed }];
      if (parsed.prefix === 0) {
        return [
          {
            ...at,
            reason: "lets everybody in, so the list would only look like a protection",
            remedy: "leave allowedIps out if everybody may use the service, else list the networks that may",
          },
        ];
      }
      const gateway = gateways.find((network) => contains(parsed, gatewayOf(network)));
      if (profile?.localOnly || gateway === undefined) return [];
      return [
        {
          ...at,
          reason:
            `contains ${gatewayOf(gateway).toString()}, the gateway of the network that the edge is on or may be ` +
            "put on by Docker: clients whose address is lost behind it would all be let in",
          remedy:
            "list smaller networks without it, or move the edge's network away with edge.ipv4Subnet or ipv6Subnet",
        },
      ];
    }),
  );
};

/**
 * Networks that the edge's can be: the configured ones, else every one of Docker's default pools
 * (172.17.0.0/16 to 172.31.0.0/16, and 192.168.0.0/16 in steps of /20; moby, libnetwork/ipamutils).
 */
function gatewaysOf(edge: CheckInput["draft"]["edge"]): Cidr[] {
  const own = [edge?.ipv4Subnet, edge?.ipv6Subnet].flatMap((text) =>
    text === undefined ? [] : [parseCidr(text)],
  );
  const pools = edge?.ipv4Subnet === undefined ? dockerPools : [];
  return [...own.filter(isCidr), ...pools];
}

const dockerPools: Cidr[] = [
  ...Array.from({ length: 15 }, (_, index) => `172.${17 + index}.0.0/16`),
  ...Array.from({ length: 16 }, (_, index) => `192.168.${16 * index}.0/20`),
]
  .map(parseCidr)
  .filter(isCidr);
