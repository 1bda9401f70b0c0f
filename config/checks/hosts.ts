import { parseAddress } from "../addresses";
import { quote, type Problem } from "../errors";
import { didYouMean } from "../nearest";
import { primaryHost } from "../resolve/placement";
import type { Check } from "./check";

/** There is one primary host, every host that is named exists, and what shares a network shares a host. */
export const checkHosts: Check = ({ draft }) => {
  const { hosts } = draft;
  if (!hosts) return [];
  const names = Object.keys(hosts);
  const problems: Problem[] = [];
  const primaries = names.filter((name) => hosts[name]!.role === "primary");
  if (primaries.length !== 1) {
    problems.push({
      path: "hosts",
      reason: primaries.length === 0 ? "no host is primary" : `${primaries.join(" and ")} are both primary`,
      remedy: "give exactly one host the role primary",
    });
  }
  for (const name of names) {
    hosts[name]!.addresses.forEach((address, index) => {
      if (parseAddress(address)) return;
      problems.push({
        path: `hosts.${name}.addresses.${index}`,
        value: quote(address),
        reason: "is not an IPv4 or IPv6 address",
        remedy: "give the address itself, without a port, prefix or name",
      });
    });
  }
  const placed: [string, string | undefined][] = [
    ["edge.host", draft.edge?.host],
    ["database.host", draft.database?.host],
    ...Object.entries(draft.services ?? {}).map(([name, service]): [string, string | undefined] => [
      `services.${name}.host`,
      service.host,
    ]),
  ];
  const edgeHost = draft.edge?.host ?? primaryHost(hosts);
  for (const [path, host] of placed) {
    const there = host ?? primaryHost(hosts);
    if (host !== undefined && !names.includes(host)) {
      problems.push({
        path,
        value: quote(host),
        reason: "there is no such host",
        remedy: didYouMean(host, names),
      });
    } else if (draft.edge && edgeHost !== undefined && there !== undefined && there !== edgeHost) {
      problems.push({
        path,
        value: quote(there),
        reason: `is not the edge's host ${edgeHost}: edge, services and database share bridge networks of one host`,
        remedy: `place it on ${edgeHost}`,
      });
    }
  }
  return problems;
};
