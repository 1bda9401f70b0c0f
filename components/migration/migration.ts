import type { Network } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseSettings, MigrationSettings, ServiceSettings } from "../../config/settings";
import type { MigrationInput, MigrationJob } from "../../operations/migration";
import { Action } from "../action/action";
import type { Database } from "../database/database";
import type { DockerHost } from "../hosts/hosts";
import { environmentLines } from "../service/environment";
import { releaseHash } from "../service/release";
import { migrationJob } from "./job";

export interface MigrationArgs {
  stack: string;
  host: DockerHost;
  settings: MigrationSettings;
  /** The service whose image migrates the database. */
  service: ServiceSettings;
  database: Database;
  databaseSettings: DatabaseSettings;
  /** Network on which the job reaches the database. */
  network: Network;
}

/** What an action needs to bring the database to a service's release. */
export function migrationOf(args: MigrationArgs): pulumi.Output<MigrationInput> {
  const { settings, service } = args;
  const spec = pulumi
    .all([args.database.container.id, args.network.name, environmentLines(service)])
    .apply(([container, network, envs]) => ({
      database: { container, name: args.databaseSettings.name, history: settings.history },
      service: service.name,
      release: releaseHash(service),
      version: service.image.version ?? service.image.reference,
      image: service.image.reference,
      ...jobOf(migrationJob(settings, service, network, envs)),
    }));
  return pulumi.secret(spec);
}

function jobOf(job: MigrationJob | undefined): Pick<MigrationInput, "job"> {
  return job === undefined ? {} : { job };
}

/** Brings the database to a release before its first instance is made, while the release before serves. */
export class Migration extends pulumi.ComponentResource {
  /** Depend on it: the database is at the release. */
  public readonly done: Action;

  constructor(name: string, args: MigrationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:migration:Migration", name, {}, opts);
    const spec = migrationOf(args);
    const { image } = args.service;
    this.done = new Action(
      `${name}-run`,
      {
        verb: "migrate",
        host: args.host,
        input: {
          schema: 1,
          stack: args.stack,
          database: spec.database,
          service: spec.service,
          release: spec.release,
          version: spec.version,
          image: spec.image,
          job: spec.job,
        },
        visible: { image: image.reference, ...(image.version ? { version: image.version } : {}) },
      },
      { parent: this, dependsOn: [args.database.ready] },
    );
    this.registerOutputs({});
  }
}
