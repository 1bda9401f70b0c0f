import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Action } from "../action/action";
import { contentHash } from "../canonical";
import type { DockerHost } from "../hosts/hosts";
import { type Role, stackLabels } from "../labels";

/** A file or directory in a volume: path relative to the volume's root ("." is the root itself). */
export interface VolumeEntry {
  path: string;
  /** Content of a file; a directory has none. */
  content?: pulumi.Input<string>;
  uid: number;
  gid: number;
  /** Octal text, e.g. "0400". */
  mode: string;
}

export interface FilesArgs {
  stack: string;
  host: DockerHost;
  role: Role;
  labels?: Record<string, string>;
  /** Image of the container through which Docker unpacks the files; it is created and never started. */
  image: string;
  entries: VolumeEntry[];
}

/**
 * A volume whose files are written before anything mounts it. Uploads into a container with a read-only root
 * fail, so the files go through Docker's archive call into a container that is made for it and never runs.
 */
export class Files extends pulumi.ComponentResource {
  public readonly volume: docker.Volume;
  /** Depend on it: the files are there. */
  public readonly written: Action;

  constructor(name: string, args: FilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:files:Files", name, {}, opts);
    this.volume = new docker.Volume(
      name,
      { labels: stackLabels(args.stack, args.role, args.labels) },
      { parent: this, provider: args.host.provider },
    );
    this.written = new Action(
      `${name}-write`,
      {
        verb: "write-files",
        host: args.host,
        input: {
          schema: 1,
          stack: args.stack,
          volume: this.volume.name,
          image: args.image,
          entries: args.entries,
        },
        visible: {
          entries: contentHash(
            args.entries.map(({ path, mode }) => ({ path, mode })),
            12,
          ),
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
