import { setTimeout as sleep } from "node:timers/promises";
import type * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../config/settings";

/** A Docker host as components see it: where resources are made and where actions go. */
export interface DockerHost {
  name: string;
  /** Docker endpoint, given explicitly to the provider and to every action. */
  endpoint: string;
  provider: docker.Provider;
  /** What runs the actions. */
  actions: command.Provider;
}

export interface HostsArgs {
  hosts: Record<string, Host>;
  actions: command.Provider;
}

/** Long enough for a request to be sent; declaring the stack keeps this process busy for longer. */
const SENDING_MS = 10;

/** One explicit Docker provider a host; nothing is ever placed by the environment's DOCKER_HOST. */
export class Hosts extends pulumi.ComponentResource {
  readonly #hosts: Record<string, DockerHost> = {};

  constructor(name: string, args: HostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:hosts:Hosts", name, {}, opts);
    for (const [host, { docker: endpoint }] of Object.entries(args.hosts)) {
      const provider = new docker.Provider(`${name}-${host}`, { host: endpoint }, { parent: this });
      this.#hosts[host] = { name: host, endpoint, provider, actions: args.actions };
    }
    this.registerOutputs({});
  }

  /**
   * Waits until the engine has been asked for the providers: it starts their plugins, which takes a tenth of a second,
   * while the rest of the stack is declared.
   */
  async requested(): Promise<void> {
    await new Promise((resolve) => this.urn.apply(resolve));
    await sleep(SENDING_MS);
  }

  /**
   * @param name a key of `hosts` in the config
   * @throws ResourceError when there is no such host; config/ refuses that first
   */
  get(name: string): DockerHost {
    const host = this.#hosts[name];
    if (!host) throw new pulumi.ResourceError(`no host named ${name}`, this);
    return host;
  }
}
