import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BackupSettings, DatabaseSettings, PointInTimeSettings } from "../../config/settings";
import { PASSWORD_FILE } from "../../operations/backup/sidecar";
import { WAL_FOLDER, WAL_VARIABLE, type WalSettings } from "../../operations/backup/wal";
import { canonicalJson } from "../canonical";
import { hardenedArgs } from "../container/hardened";
import { POSTGRES_USER } from "../database/server";
import { Files } from "../files/files";
import type { DockerHost } from "../hosts/hosts";
import { pulledImage } from "../image/pulled-image";
import { stackLabels, volumeName } from "../labels";
import { serving, WAL_VOLUME } from "./sidecar";

export interface WalArchiveArgs {
  stack: string;
  /** The database's host. */
  host: DockerHost;
  settings: BackupSettings;
  pointInTime: PointInTimeSettings;
  databaseSettings: DatabaseSettings;
  /** The routes to the releases on this database: until then the sidecar stays at the one in service. */
  after: pulumi.Resource;
  /** The database's network; the sidecar is on no other. */
  network: docker.Network;
}

/**
 * Keeps the database's log, and base backups of it, on a volume of its own: by them any time can be restored. It runs
 * the backup sidecar's image, reaches the database and nothing else, and reads it by the replication protocol alone.
 */
export class WalArchive extends pulumi.ComponentResource {
  constructor(name: string, args: WalArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:backup:WalArchive", name, {}, opts);
    const { stack, settings, pointInTime, databaseSettings } = args;
    const child = { parent: this, provider: args.host.provider };
    const image = pulledImage(name, settings.image, args.host, this);
    const volume = new docker.Volume(
      `${name}-data`,
      // A fixed name: the archive outlives the stack, as the backups do.
      { name: volumeName(stack, WAL_VOLUME), labels: stackLabels(stack, "wal-data") },
      { ...child, retainOnDelete: true, ignoreChanges: ["labels", "driverOpts", "driver"] },
    );
    const [folder, file] = [
      PASSWORD_FILE.slice(0, PASSWORD_FILE.lastIndexOf("/")),
      PASSWORD_FILE.split("/").at(-1)!,
    ];
    const files = new Files(
      `${name}-files`,
      {
        stack,
        host: args.host,
        role: "wal-files",
        image: settings.image.reference,
        entries: [
          { path: ".", ...POSTGRES_USER, mode: "0500" },
          {
            path: file,
            content: pulumi.secret(databaseSettings.wal!.password.reveal()),
            ...POSTGRES_USER,
            mode: "0400",
          },
        ],
      },
      { parent: this, dependsOn: image },
    );
    new docker.Container(
      `${name}-sidecar`,
      {
        image: settings.image.reference,
        command: ["node", "/app/main.js", "wal"],
        envs: [`${WAL_VARIABLE}=${walSettings(stack, settings, pointInTime, databaseSettings)}`],
        labels: stackLabels(stack, "wal"),
        networksAdvanced: [{ name: args.network.name }],
        mounts: [
          { type: "volume", source: volume.name, target: WAL_FOLDER },
          { type: "volume", source: files.volume.name, target: folder, readOnly: true },
        ],
        ...hardenedArgs({
          // The database's user: a restored cluster is its.
          user: POSTGRES_USER,
          limits: pointInTime.limits,
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
    this.registerOutputs({ volume: volume.name });
  }
}

/** The sidecar's settings as it reads them from its environment; no secret is among them. */
function walSettings(
  stack: string,
  { recipients }: BackupSettings,
  { basePeriodSeconds, keep }: PointInTimeSettings,
  { hostname, port, name, wal }: DatabaseSettings,
): string {
  return canonicalJson({
    stack,
    database: { host: hostname, port, name, role: wal!.role },
    basePeriodSeconds,
    keep,
    recipients,
  } satisfies WalSettings);
}
