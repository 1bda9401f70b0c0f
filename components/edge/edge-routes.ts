import * as pulumi from "@pulumi/pulumi";
import type { EdgeSettings } from "../../config/settings";
import { Action } from "../action/action";
import type { Certificates } from "../certificates/certificates";
import type { DockerHost } from "../hosts/hosts";
import type { Service } from "../service/service";
import type { Edge } from "./edge";
import { renderRoutes, type RouteCertificate } from "./routes";

export interface EdgeRoutesArgs {
  stack: string;
  host: DockerHost;
  edge: Edge;
  settings: EdgeSettings;
  services: Service[];
  certificates: Certificates;
}

/**
 * Moves the edge to the services' releases, all together: one file, proven before and after, put back as a
 * whole when anything fails.
 */
export class EdgeRoutes extends pulumi.ComponentResource {
  constructor(name: string, args: EdgeRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:edge:EdgeRoutes", name, {}, opts);
    const { services, settings } = args;

    const rendered = pulumi
      .all([pulumi.all(services.map(instancesOf)), args.certificates.served])
      .apply(([instances, certificates]) =>
        renderRoutes({
          services: services.map((service, index) => ({
            service: service.settings.name,
            domain: service.settings.domain,
            pathPrefix: service.settings.pathPrefix,
            stripPrefix: service.settings.stripPrefix,
            allowedIps: service.settings.allowedIps,
            instances: instances[index] ?? [],
          })),
          certificates: certificates as RouteCertificate[],
          hsts: settings.hsts,
        }),
      );

    new Action(
      `${name}-apply`,
      {
        verb: "apply-routes",
        phases: ["create", "update", "delete"],
        input: {
          schema: 1,
          docker: args.host.endpoint,
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

function instancesOf(service: Service) {
  return pulumi.all(
    service.replicas.map((replica) =>
      pulumi
        .all([replica.name, replica.id])
        .apply(([container, id]) => ({ container, id, port: service.settings.port })),
    ),
  );
}
