import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerHost } from "../hosts/hosts";
import { stackLabels } from "../labels";

export interface NetworksArgs {
  stack: string;
  host: DockerHost;
  /** IPv6 subnet (/64) of the edge's network; IPv4 only without it. */
  ipv6Subnet?: string;
}

/**
 * The stack's two networks: `edge`, on which the edge reaches the services, and `database`, which is internal
 * and which the edge is not on (CIS Docker 5.30; OWASP Docker rule 5). Names are left to the engine: Docker
 * allows two networks of one name, so a fixed name would not be unique.
 */
export class Networks extends pulumi.ComponentResource {
  public readonly edge: docker.Network;
  public readonly database: docker.Network;

  constructor(name: string, args: NetworksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:network:Networks", name, {}, opts);
    const child = { parent: this, provider: args.host.provider };
    this.edge = new docker.Network(
      `${name}-edge`,
      {
        driver: "bridge",
        labels: stackLabels(args.stack, "network", { network: "edge" }),
        ...(args.ipv6Subnet ? { ipv6: true, ipamConfigs: [{ subnet: args.ipv6Subnet }] } : {}),
      },
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
