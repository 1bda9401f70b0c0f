import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceSettings } from "../../config/settings";
import { Action } from "../action/action";
import { hardenedArgs } from "../container/hardened";
import { Files } from "../files/files";
import type { DockerHost } from "../hosts/hosts";
import { pulledImage } from "../image/pulled-image";
import { FIRST_DATABASE, stackLabels } from "../labels";
import { environmentLines } from "./environment";
import { releaseHash } from "./release";
import { SECRETS_PATH } from "./variables";

export interface ServiceArgs {
  stack: string;
  host: DockerHost;
  settings: ServiceSettings;
  networks: { edge: docker.Network; database: docker.Network };
  /** Host name of the database that the release uses. */
  databaseHost: string;
  /** What must be there before the release starts, such as the database's roles. */
  after: pulumi.Input<pulumi.Resource>[];
}

/**
 * One service at one release: its replicas side by side with those of the release before, until the edge has
 * been moved over. Names carry the release's hash, so a new release is new resources and an old one is
 * deleted last.
 */
export class Service extends pulumi.ComponentResource {
  public readonly settings: ServiceSettings;
  /** The release's hash, 12 hex digits. */
  public readonly release: string;
  public readonly replicas: docker.Container[];
  /** Their deletion takes the replicas out of service; the edge's routes must depend on them. */
  public readonly retirements: Action[];

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:service:Service", name, {}, opts);
    const { settings } = args;
    this.settings = settings;
    this.release = releaseHash(settings);
    const labels = { service: settings.name, release: this.release };
    const releaseName = `${name}-${this.release}`;

    const image = pulledImage(releaseName, settings.image, args.host, this);
    const files = this.secretFiles(releaseName, args, labels, image);
    this.replicas = Array.from({ length: settings.replicas }, (_, index) =>
      this.replica(
        `${releaseName}-${index + 1}`,
        args,
        {
          ...labels,
          replica: String(index + 1),
          ...(args.databaseHost === FIRST_DATABASE ? {} : { "database-host": args.databaseHost }),
        },
        files,
        image,
      ),
    );
    this.retirements = this.replicas.map((replica, index) =>
      this.retirement(`${releaseName}-${index + 1}-retire`, args, replica),
    );
    this.registerOutputs({ release: this.release });
  }

  /** Of one replica, so that replicas come and go by themselves within their release. */
  private retirement(name: string, args: ServiceArgs, replica: docker.Container): Action {
    const { settings } = args;
    return new Action(
      name,
      {
        verb: "retire",
        host: args.host,
        phases: ["delete"],
        input: {
          schema: 1,
          stack: args.stack,
          service: settings.name,
          release: this.release,
          instance: { id: replica.id, container: replica.name },
          drainSeconds: settings.drainSeconds,
        },
        // A replica that is replaced within its release is retired by the old action, under its old name.
        triggers: [replica.id],
      },
      { parent: this },
    );
  }

  /** The release's secret files: a volume of its own, so that no other release can read or change them. */
  private secretFiles(
    releaseName: string,
    args: ServiceArgs,
    labels: Record<string, string>,
    image: pulumi.Resource[],
  ): Files | undefined {
    const { settings } = args;
    const secrets = settings.secrets.filter(({ delivery }) => delivery === "file");
    if (secrets.length === 0) return undefined;
    return new Files(
      `${releaseName}-files`,
      {
        stack: args.stack,
        host: args.host,
        role: "service-files",
        labels,
        image: settings.image.reference,
        entries: [
          { path: ".", ...settings.user, mode: "0500" },
          ...secrets.map(({ name, secret }) => ({
            path: name,
            content: pulumi.secret(secret.reveal()),
            ...settings.user,
            mode: "0400",
          })),
        ],
      },
      { parent: this, dependsOn: image },
    );
  }

  private replica(
    name: string,
    args: ServiceArgs,
    labels: Record<string, string>,
    files: Files | undefined,
    image: pulumi.Resource[],
  ): docker.Container {
    const { settings, networks } = args;
    return new docker.Container(
      name,
      {
        image: settings.image.reference,
        command: settings.command,
        envs: environmentLines(settings),
        labels: stackLabels(args.stack, "service", labels),
        networksAdvanced: [{ name: networks.edge.name }, { name: networks.database.name }],
        mounts: [
          ...(files
            ? [{ type: "volume", source: files.volume.name, target: SECRETS_PATH, readOnly: true }]
            : []),
        ],
        ...hardenedArgs({
          user: settings.user,
          limits: settings.limits,
          capabilities: settings.capabilities,
          healthCheck: settings.healthCheck,
          stopSignal: settings.stopSignal,
          stopGraceSeconds: settings.stopGraceSeconds,
          tmpfs: {
            "/tmp": { ...settings.user, sizeMiB: 64 },
            ...Object.fromEntries(
              settings.writablePaths.map(({ path, sizeMiB }) => [
                path,
                { ...settings.user, sizeMiB: sizeMiB ?? 64 },
              ]),
            ),
          },
        }),
        // Of a product that is recreated the cutover starts it, once the release before has stopped.
        ...(settings.strategy === "recreate" ? { start: false, mustRun: false, wait: false } : {}),
      },
      {
        parent: this,
        provider: args.host.provider,
        dependsOn: [...args.after, ...image, ...(files ? [files.written] : [])],
        // Old and new stand side by side until the edge has been moved over.
        deleteBeforeReplace: false,
        // Without it, the update after a failed health wait would be an empty one that passes.
        replaceOnChanges: ["*"],
        additionalSecretOutputs: settings.secrets.some(({ delivery }) => delivery === "environment")
          ? ["envs"]
          : [],
      },
    );
  }
}
