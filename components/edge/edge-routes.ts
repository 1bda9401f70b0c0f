import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BackendTlsSettings, CertificateSettings, EdgeSettings } from "../../config/settings";
import type { MigrationInput } from "../../operations/migration";
import { Action } from "../action/action";
import type { Certificates } from "../certificates/certificates";
import { healthDeadlineSeconds } from "../container/hardened";
import type { DockerHost } from "../hosts/hosts";
import type { Service } from "../service/service";
import type { Edge } from "./edge";
import type { BackendTls } from "./backend-tls";
import { clientPolicies } from "./client-policies";
import { renderRoutes, type RouteCertificate } from "./routes";

/** The database that the releases use, and the page that people see while they are moved to it. */
export interface MoveArgs {
  databaseHost: string;
  container: pulumi.Input<string>;
  /** Name of the product's database, and of its login roles. */
  database: string;
  logins: string[];
  page: { message: string; retryAfterSeconds: number };
  /** Network that edge and services share. */
  network: docker.Network;
}

/** What the cutover of a product needs beside the routes. */
export interface CutoverArgs {
  migration: pulumi.Output<MigrationInput>;
  page: { message: string; retryAfterSeconds: number };
  /** Network that edge and services share. */
  network: docker.Network;
}

export interface EdgeRoutesArgs {
  stack: string;
  host: DockerHost;
  edge: Edge;
  settings: EdgeSettings;
  services: Service[];
  certificates: Certificates;
  /** Which clients' certificates are asked for, and the roots of an ACME authority of the operator's own. */
  trust: CertificateSettings;
  /** Of a product whose releases must not run at the same time. */
  cutover?: CutoverArgs;
  /** What a move of the product from one database to another needs; without backups there is none. */
  move?: MoveArgs;
}

/**
 * Moves the edge to the services' releases, all together: one file, proven before and after, put back as a
 * whole when anything fails.
 */
export class EdgeRoutes extends pulumi.ComponentResource {
  /** Depend on it: the releases have the traffic. */
  public readonly applied: Action;

  constructor(name: string, args: EdgeRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:edge:EdgeRoutes", name, {}, opts);
    const { services, settings } = args;
    const acmeRoots = args.trust.acme?.rootsPem;

    const rendered = pulumi
      .all([pulumi.all(services.map(instancesOf)), args.certificates.served])
      .apply(([instances, certificates]) =>
        renderRoutes({
          services: services.map((service, index) => ({
            service: service.settings.name,
            domain: service.settings.domain,
            aliases: service.settings.aliases,
            // Without their dates: to put one off is no change of routes.
            previous: service.settings.previous.map(({ name, pathPrefix, redirect }) => ({
              name,
              pathPrefix,
              redirect,
              origin: new URL(service.settings.url).origin,
            })),
            pathPrefix: service.settings.pathPrefix,
            stripPrefix: service.settings.stripPrefix,
            allowedIps: service.settings.allowedIps,
            ...(service.settings.backendTls ? { backendTls: revealed(service.settings.backendTls) } : {}),
            instances: instances[index] ?? [],
          })),
          certificates: certificates as RouteCertificate[],
          clients: clientPolicies(args.trust),
          hsts: settings.hsts,
        }),
      );

    this.applied = new Action(
      `${name}-apply`,
      {
        verb: args.cutover ? "cutover" : "apply-routes",
        host: args.host,
        phases: ["create", "update", "delete"],
        input: {
          schema: 1,
          stack: args.stack,
          edge: args.edge.container.id,
          generation: rendered.generation,
          content: rendered.content,
          releases: services.map((service) => ({
            service: service.settings.name,
            release: service.release,
            instances: pulumi.output(instancesOf(service)),
            smoke: service.settings.smoke,
            domain: service.settings.domain,
            proveSeconds: service.settings.proveSeconds,
          })),
          ...(acmeRoots === undefined ? {} : { acmeRoots }),
          ...(args.move ? { move: { ...args.move, network: args.move.network.name } } : {}),
          ...(args.cutover ? cutoverInput(args.cutover, services) : {}),
        },
        // A hash of high-entropy content: says that routes or certificates change, and nothing about keys.
        visible: {
          generation: pulumi.unsecret(rendered.generation),
          ...Object.fromEntries(services.map((s) => [`release_${s.settings.name}`, s.release])),
        },
      },
      // The retire actions must be in state before traffic can go to what they retire.
      {
        parent: this,
        dependsOn: [
          args.edge.front,
          args.edge.retirement,
          ...services.flatMap((service) => [...service.retirements, ...service.replicas]),
        ],
      },
    );
    this.registerOutputs({});
  }
}

function revealed({ truststore, serverName, clientCertificate: own }: BackendTlsSettings): BackendTls {
  return {
    truststore,
    serverName,
    ...(own ? { clientCertificate: { certificatesPem: own.certificatesPem, keyPem: own.key.reveal() } } : {}),
  };
}

function cutoverInput({ migration, page, network }: CutoverArgs, services: Service[]) {
  return {
    network: network.name,
    page,
    migration,
    readySeconds: Math.max(...services.map(({ settings }) => healthDeadlineSeconds(settings.healthCheck))),
  };
}

function instancesOf(service: Service) {
  return pulumi.all(
    service.replicas.map((replica) =>
      pulumi
        .all([replica.name, replica.id])
        .apply(([container, id]) => ({ container, id, port: service.settings.port })),
    ),
  );
}
