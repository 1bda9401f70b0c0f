import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type {
  CertificateSettings,
  DnsSettings,
  EdgeSettings,
  HealthCheck,
  Image,
  OutboundProxySettings,
} from "../../config/settings";
import { Action } from "../action/action";
import { hardenedArgs } from "../container/hardened";
import { Files } from "../files/files";
import type { DockerHost } from "../hosts/hosts";
import { pulledImage } from "../image/pulled-image";
import { stackLabels } from "../labels";
import { acmeRoots, dnsToken } from "./acme";
import { frontArguments } from "./front";
import { containerAddresses } from "./front-networks";
import { EDGE, FRONT } from "./layout";
import { edgeCommand, edgeEnvironment } from "./static";

export interface EdgeArgs {
  stack: string;
  host: DockerHost;
  settings: EdgeSettings;
  certificates: CertificateSettings;
  dns: DnsSettings;
  proxy?: OutboundProxySettings;
  networks: {
    /** Network of front and edge alone. */
    front: docker.Network;
    /** Network on which the edge reaches the services. */
    edge: docker.Network;
  };
}

/** Traefik tells by itself that it runs, on the internal entry point. */
const HEALTH_CHECK: HealthCheck = {
  test: [
    "CMD",
    "traefik",
    "healthcheck",
    "--ping=true",
    "--ping.entryPoint=internal",
    `--entryPoints.internal.address=127.0.0.1:${EDGE.internalPort}`,
  ],
  intervalSeconds: 2,
  timeoutSeconds: 3,
  retries: 5,
  startPeriodSeconds: 10,
};

/**
 * What clients reach: the front, the only container that publishes ports (80 and 443, or what the config says), and
 * behind it the edge itself. A new edge is made beside the old one; the front sends it new connections once it is
 * proven, and the old one goes when its clients have let go of it. Only a change of the front interrupts.
 */
export class Edge extends pulumi.ComponentResource {
  /** Depend on it: the published ports are there. */
  public readonly front: docker.Container;
  public readonly container: docker.Container;
  /** Its deletion drains the edge and stops it; the edge's routes must depend on it. */
  public readonly retirement: Action;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:edge:Edge", name, {}, opts);
    this.front = this.makeFront(name, args);
    this.container = this.makeEdge(name, args);
    this.retirement = new Action(
      `${name}-retire`,
      {
        verb: "retire-edge",
        host: args.host,
        phases: ["delete"],
        input: {
          schema: 1,
          stack: args.stack,
          edge: this.container.id,
          httpsPort: args.settings.ports.https,
        },
        // An edge that is replaced is retired by the old action, under its old id.
        triggers: [this.container.id],
      },
      { parent: this },
    );
    this.registerOutputs({ container: this.container.name });
  }

  private makeFront(name: string, args: EdgeArgs): docker.Container {
    const { settings } = args;
    const folder = { ...EDGE.user, mode: "0700" };
    const image = this.image(`${name}-front`, settings.front.image, args);
    const state = new Files(
      `${name}-front-state`,
      {
        stack: args.stack,
        host: args.host,
        role: "edge-front-state",
        image: settings.front.image.reference,
        entries: [
          { path: ".", ...folder },
          { path: FRONT.dynamic, ...folder },
        ],
      },
      { parent: this, dependsOn: image },
    );
    return new docker.Container(
      `${name}-front`,
      {
        image: settings.front.image.reference,
        command: frontArguments(),
        labels: stackLabels(args.stack, "edge-front"),
        networksAdvanced: [{ name: args.networks.front.name }],
        ports: settings.addresses.flatMap((ip) => [
          { internal: EDGE.httpPort, external: settings.ports.http, ip, protocol: "tcp" },
          { internal: EDGE.httpsPort, external: settings.ports.https, ip, protocol: "tcp" },
        ]),
        mounts: [{ type: "volume", source: state.volume.name, target: FRONT.state }],
        ...hardenedArgs({
          user: EDGE.user,
          limits: FRONT.limits,
          capabilities: [],
          healthCheck: HEALTH_CHECK,
          stopSignal: "SIGTERM",
          stopGraceSeconds: 30,
          tmpfs: { "/tmp": { ...EDGE.user, sizeMiB: 16 } },
        }),
      },
      {
        parent: this,
        provider: args.host.provider,
        dependsOn: [state.written, ...image],
        // It holds the published ports, so the old one has to go first.
        deleteBeforeReplace: true,
        replaceOnChanges: ["*"],
        // The edge itself used to publish them: it has to go before the front can.
        aliases: [{ name: `${name}-traefik` }],
      },
    );
  }

  private makeEdge(name: string, args: EdgeArgs): docker.Container {
    const { settings, networks } = args;
    const folder = { ...EDGE.user, mode: "0700" };
    const dns = dnsToken(args.certificates, args.dns);
    const roots = args.certificates.acme?.rootsPem;
    const image = this.image(name, settings.image, args);
    const state = new Files(
      `${name}-state`,
      {
        stack: args.stack,
        host: args.host,
        role: "edge-state",
        image: settings.image.reference,
        entries: [
          { path: ".", ...folder },
          { path: EDGE.instances, ...folder },
          { path: EDGE.acme, ...folder },
          ...(roots === undefined
            ? []
            : [{ path: acmeRoots(roots), content: roots, ...EDGE.user, mode: "0400" }]),
          {
            path: EDGE.trustedFile,
            content: networks.front.ipamConfigs.apply((configs) =>
              containerAddresses(configs ?? []).join(","),
            ),
            ...EDGE.user,
            mode: "0400",
          },
          ...(dns
            ? [{ path: dns.path, content: pulumi.secret(dns.token.reveal()), ...EDGE.user, mode: "0400" }]
            : []),
        ],
      },
      { parent: this, dependsOn: image },
    );
    return new docker.Container(
      `${name}-proxy`,
      {
        image: settings.image.reference,
        command: edgeCommand({ edge: settings, certificates: args.certificates, dns: args.dns }),
        envs: edgeEnvironment({ proxy: args.proxy, certificates: args.certificates, dns: args.dns }),
        labels: stackLabels(args.stack, "edge"),
        networksAdvanced: [{ name: networks.front.name }, { name: networks.edge.name }],
        mounts: [{ type: "volume", source: state.volume.name, target: EDGE.state }],
        ...hardenedArgs({
          user: EDGE.user,
          limits: settings.limits,
          capabilities: [],
          healthCheck: HEALTH_CHECK,
          stopSignal: "SIGTERM",
          // Traefik's own deadline comes first.
          stopGraceSeconds: EDGE.graceSeconds + 10,
          tmpfs: { "/tmp": { ...EDGE.user, sizeMiB: 16 } },
        }),
      },
      {
        parent: this,
        provider: args.host.provider,
        dependsOn: [state.written, ...image],
        // Old and new stand side by side until the front has been turned and the old one is drained.
        deleteBeforeReplace: false,
        replaceOnChanges: ["*"],
      },
    );
  }

  private image(name: string, image: Image, args: EdgeArgs): pulumi.Resource[] {
    return pulledImage(name, image, args.host, this);
  }
}
