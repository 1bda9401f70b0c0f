import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseSettings } from "../../config/settings";
import { Action } from "../action/action";
import { hardenedArgs } from "../container/hardened";
import type { DockerHost } from "../hosts/hosts";
import { pulledImage } from "../image/pulled-image";
import { FIRST_DATABASE, stackLabels, volumeName } from "../labels";
import {
  DATA_VOLUME,
  ENTRYPOINT,
  healthQuery,
  idleRole,
  POSTGRES_USER,
  serverArguments,
  serverEnvironment,
  sharedMemoryMiB,
  SOCKET_FOLDER,
} from "./server";

export interface DatabaseArgs {
  stack: string;
  host: DockerHost;
  settings: DatabaseSettings;
  /** The internal network; the database is on no other. */
  network: docker.Network;
}

/**
 * Inputs whose change makes a new container. Not all of them, unlike elsewhere: a database that was stopped
 * by hand differs from its state by `mustRun` and must be started again, not replaced.
 */
const REPLACE_ON = [
  "capabilities",
  "command",
  "cpus",
  "entrypoints",
  "envs",
  "healthcheck",
  "image",
  "labels",
  "logDriver",
  "logOpts",
  "memory",
  "memorySwap",
  "mounts",
  "networksAdvanced",
  "readOnly",
  "restart",
  "securityOpts",
  "shmSize",
  "stopSignal",
  "stopTimeout",
  "tmpfs",
  "ulimits",
  "user",
];

/** Postgres on a network of its own, never published, on a volume that nothing here can delete. */
export class Database extends pulumi.ComponentResource {
  /** Depend on it: the server runs and has the services' roles. */
  public readonly ready: Action;
  /** The server. */
  public readonly container: docker.Container;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:database:Database", name, {}, opts);
    const { settings, stack } = args;
    const child = { parent: this, provider: args.host.provider };
    const { restored } = settings;
    const volumeOf = (short: string, from?: string) =>
      new docker.Volume(
        `${name}-${short}`,
        {
          // A fixed name: after an interrupted first run the same volume is found again.
          name: volumeName(stack, short),
          labels: stackLabels(stack, "database-data", from === undefined ? {} : { "restored-from": from }),
        },
        {
          ...child,
          // One from a backup may leave the stack, and stays on its host: that is the way back to the one beside it.
          protect: from === undefined,
          retainOnDelete: true,
          // Every change of a volume's inputs would replace it, and its data with it.
          ignoreChanges: ["labels", "driverOpts", "driver"],
        },
      );
    if (restored) volumeOf(restored.beside);
    const volume = volumeOf(settings.volume, restored?.from);

    // Two databases stand side by side until the product has been moved from one to the other.
    const containerName = `${name}-postgres`;
    const isFirst = settings.hostname === FIRST_DATABASE;
    this.container = new docker.Container(
      isFirst ? containerName : `${containerName}-${settings.volume}`,
      {
        image: settings.image.reference,
        entrypoints: ENTRYPOINT,
        command: serverArguments(settings),
        envs: serverEnvironment(settings),
        labels: stackLabels(stack, "database"),
        networksAdvanced: [{ name: args.network.name, aliases: [settings.hostname] }],
        mounts: [{ type: "volume", source: volume.name, target: DATA_VOLUME }],
        shmSize: sharedMemoryMiB(settings),
        ...hardenedArgs({
          user: POSTGRES_USER,
          limits: settings.limits,
          capabilities: [],
          healthCheck: {
            test: healthQuery(settings),
            intervalSeconds: 2,
            timeoutSeconds: 3,
            retries: 15,
            // Crash recovery of a large database takes minutes; failures in it do not count.
            startPeriodSeconds: 120,
          },
          // Postgres' fast shutdown: sessions are ended, nothing has to be recovered.
          stopSignal: "SIGINT",
          stopGraceSeconds: settings.stopGraceSeconds,
          tmpfs: {
            "/tmp": { ...POSTGRES_USER, sizeMiB: 64 },
            [SOCKET_FOLDER]: { ...POSTGRES_USER, sizeMiB: 1 },
          },
        }),
      },
      {
        ...child,
        dependsOn: pulledImage(name, settings.image, args.host, this),
        deleteBeforeReplace: true,
        replaceOnChanges: REPLACE_ON,
      },
    );

    const active = settings.activeRole;
    const login = settings.roleNames[active];
    this.ready = new Action(
      `${name}-provision`,
      {
        verb: "provision-database",
        host: args.host,
        phases: ["create", "update", "delete"],
        input: {
          schema: 1,
          stack,
          container: this.container.id,
          database: settings.name,
          owner: settings.roleNames.owner,
          login: { role: login, password: pulumi.secret(settings.rolePasswords[active].reveal()) },
          idle: idleRole(settings),
          ...(restored ? { restoredFrom: restored.from } : {}),
          ...(settings.dump
            ? {
                dump: {
                  role: settings.dump.role,
                  password: pulumi.secret(settings.dump.password.reveal()),
                },
              }
            : {}),
          ...(settings.wal
            ? {
                wal: { role: settings.wal.role, password: pulumi.secret(settings.wal.password.reveal()) },
              }
            : {}),
        },
        // The old one's deletion comes after that of the releases that depend on it: then nobody needs its role any more.
        triggers: [login],
        visible: {
          login,
          [`password_${active}`]: settings.rolePasswords[active].fingerprint,
          ...(settings.dump ? { password_dump: settings.dump.password.fingerprint } : {}),
          ...(settings.wal ? { password_wal: settings.wal.password.fingerprint } : {}),
        },
      },
      { parent: this },
    );
    this.registerOutputs({ volume: volume.name });
  }
}
