import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type {
  CertificateSettings,
  DnsSettings,
  EdgeSettings,
  OutboundProxySettings,
} from "../../config/settings";
import { hardenedArgs } from "../container/hardened";
import { Files } from "../files/files";
import type { DockerHost } from "../hosts/hosts";
import { pulledImage } from "../image/pulled-image";
import { stackLabels } from "../labels";
import { EDGE } from "./layout";
import { edgeEnvironment, staticArguments } from "./static";

export interface EdgeArgs {
  stack: string;
  host: DockerHost;
  settings: EdgeSettings;
  certificates: CertificateSettings;
  dns: DnsSettings;
  proxy?: OutboundProxySettings;
  /** Network on which the edge reaches the services. */
  network: docker.Network;
}

/** Traefik, the only container that publishes ports: 80 and 443 (or what the config says), nothing else. */
export class Edge extends pulumi.ComponentResource {
  public readonly container: docker.Container;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:edge:Edge", name, {}, opts);
    const { settings } = args;
    const owned = { uid: EDGE.user.uid, gid: EDGE.user.gid };
    const token = args.dns.provider === "cloudflare" ? args.dns.apiToken : undefined;

    const image = pulledImage(name, settings.image, args.host, this);
    const state = new Files(
      `${name}-state`,
      {
        stack: args.stack,
        host: args.host,
        role: "edge-state",
        image: settings.image.reference,
        entries: [
          { path: ".", ...owned, mode: "0700" },
          { path: EDGE.dynamic, ...owned, mode: "0700" },
          { path: "acme", ...owned, mode: "0700" },
          ...(token
            ? [{ path: "cloudflare-token", content: pulumi.secret(token.reveal()), ...owned, mode: "0400" }]
            : []),
        ],
      },
      { parent: this, dependsOn: image },
    );

    this.container = new docker.Container(
      `${name}-traefik`,
      {
        image: settings.image.reference,
        command: staticArguments({ edge: settings, certificates: args.certificates }),
        envs: edgeEnvironment({ proxy: args.proxy, dns: args.dns }),
        labels: stackLabels(args.stack, "edge"),
        networksAdvanced: [{ name: args.network.name }],
        ports: settings.addresses.flatMap((ip) => [
          { internal: EDGE.httpPort, external: settings.ports.http, ip, protocol: "tcp" },
          { internal: EDGE.httpsPort, external: settings.ports.https, ip, protocol: "tcp" },
        ]),
        mounts: [{ type: "volume", source: state.volume.name, target: EDGE.state }],
        ...hardenedArgs({
          user: EDGE.user,
          limits: settings.limits,
          capabilities: [],
          healthCheck: {
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
          },
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
      },
    );
    this.registerOutputs({ container: this.container.name });
  }
}
