import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BackupSettings, OffsiteSettings } from "../../config/settings";
import {
  KEY_FILE,
  KNOWN_HOSTS_FILE,
  knownHosts,
  SHIPPER_FOLDER,
  SHIPPER_SECRETS,
  SHIPPER_USER,
  SHIPPER_VARIABLE,
  type ShipperSettings,
} from "../../operations/backup/offsite";
import { BACKUP_FOLDER } from "../../operations/backup/sidecar";
import { canonicalJson } from "../canonical";
import { hardenedArgs } from "../container/hardened";
import { Files } from "../files/files";
import type { DockerHost } from "../hosts/hosts";
import { stackLabels, volumeName } from "../labels";
import type { Backup } from "./backup";
import { serving } from "./sidecar";

export interface ShipperArgs {
  stack: string;
  /** The database's host. */
  host: DockerHost;
  settings: BackupSettings;
  offsite: OffsiteSettings;
  /** Whose volume is copied: this one sees it read-only, and of it ciphertext and receipts alone. */
  backup: Backup;
}

/**
 * Copies proven backups off the host and proves the copies. It runs the sidecar's image under another user, on a network
 * that nothing else is on: out of the host, and to nothing of the stack.
 */
export class Shipper extends pulumi.ComponentResource {
  constructor(name: string, args: ShipperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:backup:Shipper", name, {}, opts);
    const { stack, settings, offsite, backup } = args;
    const child = { parent: this, provider: args.host.provider };

    const network = new docker.Network(
      `${name}-network`,
      { driver: "bridge", labels: stackLabels(stack, "network", { network: "offsite" }) },
      child,
    );
    const volume = new docker.Volume(
      `${name}-data`,
      // A fixed name: its key and receipts outlive the stack, as the backups do.
      { name: volumeName(stack, "shipped"), labels: stackLabels(stack, "shipper-data") },
      { ...child, retainOnDelete: true, ignoreChanges: ["labels", "driverOpts", "driver"] },
    );
    const secret = (path: string, content: pulumi.Input<string>) => ({
      path: path.slice(SHIPPER_SECRETS.length + 1),
      content,
      ...SHIPPER_USER,
      mode: "0400",
    });
    const files = new Files(
      `${name}-files`,
      {
        stack,
        host: args.host,
        role: "shipper-files",
        image: settings.image.reference,
        entries: [
          { path: ".", ...SHIPPER_USER, mode: "0500" },
          // ssh refuses a key whose last line does not end.
          secret(KEY_FILE, pulumi.secret(`${offsite.key.reveal().trimEnd()}\n`)),
          secret(KNOWN_HOSTS_FILE, knownHosts(offsite.hostKey)),
        ],
      },
      { parent: this },
    );
    new docker.Container(
      `${name}-sidecar`,
      {
        image: settings.image.reference,
        command: ["node", "/app/main.js", "ship"],
        envs: [`${SHIPPER_VARIABLE}=${shipperSettings(stack, settings, offsite)}`],
        labels: stackLabels(stack, "shipper"),
        networksAdvanced: [{ name: network.name }],
        mounts: [
          { type: "volume", source: backup.volume.name, target: BACKUP_FOLDER, readOnly: true },
          { type: "volume", source: volume.name, target: SHIPPER_FOLDER },
          { type: "volume", source: files.volume.name, target: SHIPPER_SECRETS, readOnly: true },
        ],
        ...hardenedArgs({
          user: SHIPPER_USER,
          limits: offsite.limits,
          capabilities: [],
          ...serving(),
          // What restic packs before it is sent.
          tmpfs: { "/tmp": { ...SHIPPER_USER, sizeMiB: 64 } },
        }),
      },
      {
        ...child,
        // The sidecar opens to it what it may read.
        dependsOn: [backup.sidecar, files.written],
        // One at a time on the volume.
        deleteBeforeReplace: true,
        replaceOnChanges: ["*"],
      },
    );
    this.registerOutputs({ volume: volume.name });
  }
}

/** The shipper's settings as it reads them from its environment; no secret is among them. */
export function shipperSettings(
  stack: string,
  { periodSeconds }: Pick<BackupSettings, "periodSeconds">,
  { host, port, user }: Pick<OffsiteSettings, "host" | "port" | "user">,
): string {
  return canonicalJson({ stack, target: { host, port, user }, periodSeconds } satisfies ShipperSettings);
}
