import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BackupSettings, DatabaseSettings } from "../../config/settings";
import { BACKUP_FOLDER, PASSWORD_FILE, SETTINGS_VARIABLE } from "../../operations/backup/sidecar";
import { hardenedArgs } from "../container/hardened";
import { POSTGRES_USER } from "../database/server";
import { Files } from "../files/files";
import type { DockerHost } from "../hosts/hosts";
import { pulledImage } from "../image/pulled-image";
import { stackLabels, volumeName } from "../labels";
import { BACKUPS_VOLUME, serving, sidecarSettings } from "./sidecar";

export interface BackupArgs {
  stack: string;
  /** The database's host. */
  host: DockerHost;
  settings: BackupSettings;
  databaseSettings: DatabaseSettings;
  /** The routes to the releases on this database: until then the sidecar stays at the one in service. */
  after: pulumi.Resource;
  /** The database's network; the sidecar is on no other. */
  network: docker.Network;
}

/**
 * The sidecar that makes backups of the database and proves them, on a volume of its own that nothing here can
 * delete. It reaches the database and nothing else.
 */
export class Backup extends pulumi.ComponentResource {
  /** The volume with the backups, and the sidecar that makes them: it opens them to the shipper. */
  public readonly volume: docker.Volume;
  public readonly sidecar: docker.Container;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:backup:Backup", name, {}, opts);
    const { settings, stack, databaseSettings } = args;
    const child = { parent: this, provider: args.host.provider };
    const image = pulledImage(name, settings.image, args.host, this);

    this.volume = new docker.Volume(
      `${name}-data`,
      {
        // A fixed name: who takes the stack down and up again finds the backups.
        name: volumeName(stack, BACKUPS_VOLUME),
        labels: stackLabels(stack, "backup-data"),
      },
      // Every change of a volume's inputs would replace it, and its backups with it.
      { ...child, protect: true, retainOnDelete: true, ignoreChanges: ["labels", "driverOpts", "driver"] },
    );
    const files = new Files(
      `${name}-files`,
      {
        stack,
        host: args.host,
        role: "backup-files",
        image: settings.image.reference,
        entries: [
          { path: ".", ...POSTGRES_USER, mode: "0500" },
          {
            path: PASSWORD_FILE.split("/").at(-1)!,
            content: pulumi.secret(databaseSettings.dump!.password.reveal()),
            ...POSTGRES_USER,
            mode: "0400",
          },
        ],
      },
      { parent: this, dependsOn: image },
    );
    this.sidecar = new docker.Container(
      `${name}-sidecar`,
      {
        image: settings.image.reference,
        envs: [`${SETTINGS_VARIABLE}=${sidecarSettings(stack, settings, databaseSettings)}`],
        labels: stackLabels(stack, "backup"),
        networksAdvanced: [{ name: args.network.name }],
        mounts: [
          { type: "volume", source: this.volume.name, target: BACKUP_FOLDER },
          {
            type: "volume",
            source: files.volume.name,
            target: PASSWORD_FILE.slice(0, PASSWORD_FILE.lastIndexOf("/")),
            readOnly: true,
          },
        ],
        ...hardenedArgs({
          // The database's user, since its server runs here too: on a scratch cluster.
          user: POSTGRES_USER,
          limits: settings.limits,
          capabilities: [],
          ...serving(),
          tmpfs: { "/tmp": { ...POSTGRES_USER, sizeMiB: 16 } },
        }),
      },
      {
        ...child,
        dependsOn: [args.after, files.written, ...image],
        // One at a time on the volume.
        deleteBeforeReplace: true,
        replaceOnChanges: ["*"],
      },
    );
    this.registerOutputs({ volume: this.volume.name });
  }
}
