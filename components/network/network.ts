import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerHost } from "../hosts/hosts";
import { stackLabels } from "../labels";

export interface NetworksArgs {
  stack: string;
  host: DockerHost;
  /** Subnets of the front's network; Docker chooses the IPv4 one if none is given, and there is no IPv6 without. */
  ipv4Subnet?: string;
  ipv6Subnet?: string;
}

/**
 * The stack's three networks: `front`, whose front publishes ports and passes connections on to the edge, and on
 * which nothing else is; `edge`, on which the edge reaches the services; and `database`, which is internal and
 * which the edge is not on (CIS Docker 5.30; OWASP Docker rule 5). Names are left to the engine: Docker
 * allows two networks of one name, so a fixed name would not be unique.
 */
export class Networks extends pulumi.ComponentResource {
  public readonly front: docker.Network;
  public readonly edge: docker.Network;
  public readonly database: docker.Network;

  constructor(name: string, args: NetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:network:Networks", name, {}, opts);
    const child = { parent: this, provider: args.host.provider };
    const subnets = [args.ipv4Subnet, args.ipv6Subnet].filter((subnet) => subnet !== undefined);
    this.front = new docker.Network(
      `${name}-front`,
      {
        driver: "bridge",
        labels: stackLabels(args.stack, "network", { network: "front" }),
        ...(args.ipv6Subnet ? { ipv6: true } : {}),
        ...(subnets.length > 0 ? { ipamConfigs: subnets.map((subnet) => ({ subnet })) } : {}),
      },
      child,
    );
    this.edge = new docker.Network(
      `${name}-edge`,
      { driver: "bridge", labels: stackLabels(args.stack, "network", { network: "edge" }) },
      child,
    );
    this.database = new docker.Network(
      `${name}-database`,
      {
        driver: "bridge",
        internal: true,
        labels: stackLabels(args.stack, "network", { network: "database" }),
      },
      child,
    );
    this.registerOutputs({});
  }
}
