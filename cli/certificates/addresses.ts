import { isIPv6 } from "node:net";
import type { Settings } from "../../config/settings";

/** Where the edge of a stack can be reached from this machine. */
export function edgeAddresses({ edge, hosts }: Pick<Settings, "edge" | "hosts">): string[] {
  const { docker, addresses } = hosts[edge.host]!;
  const remote = docker.startsWith("ssh:") ? new URL(docker).hostname : undefined;
  const found = edge.addresses.flatMap((address) => {
    if (address !== "0.0.0.0" && address !== "::") return [address];
    if (remote === undefined) return [address === "::" ? "::1" : "127.0.0.1"];
    const known = addresses.filter((each) => isIPv6(each) === (address === "::"));
    return known.length > 0 ? known : [remote];
  });
  return [...new Set(found)];
}
