import { visitEnvironment } from "./environment";
import { isWithin, normalised } from "./host-paths";
import type { Node, Stack } from "./stack";
import { TYPES } from "./types";

/** Where the official image keeps its data when nothing else is said. */
const DATA_FOLDER = "/var/lib/postgresql/data";

/** Something mounted into a container. */
export interface Mount {
  target: string;
  /** The volumes that it may be: more than one only while names are not known yet, none for anything else. */
  volumes: Node[];
  field: string;
}

/** Everything that is mounted into a container, by any of the three syntaxes. */
export function mountsOf(container: Node, stack: Stack): Mount[] {
  const { outputs } = container;
  const mounts: Mount[] = [];
  outputs.each("mounts", (mount, field) => {
    const isVolume = mount.text("type") === "volume";
    const volumes = isVolume ? stack.referred(container, "mounts", mount, "source", TYPES.volume) : [];
    mounts.push({ target: normalised(mount.text("target") ?? "/"), volumes, field });
  });
  outputs.each("volumes", (volume, field) => {
    const volumes = stack.referred(container, "volumes", volume, "volumeName", TYPES.volume);
    mounts.push({ target: normalised(volume.text("containerPath") ?? "/"), volumes, field });
  });
  outputs.entries("tmpfs", (target, _options, field) =>
    mounts.push({ target: normalised(target), volumes: [], field }),
  );
  return mounts;
}

/** Folder in which a database server keeps its data. */
export function dataFolder(container: Node): string {
  let place = DATA_FOLDER;
  visitEnvironment(container.outputs, (name, value) => {
    if (name === "PGDATA") place = normalised(value);
  });
  return place;
}

/** What a folder's content is on: the innermost mount around it, and all mounts inside it. */
export function mountsUnder(place: string, mounts: Mount[]): Mount[] {
  const around = mounts
    .filter(({ target }) => isWithin(place, target))
    .sort((a, b) => b.target.length - a.target.length)
    .slice(0, 1);
  return [...around, ...mounts.filter(({ target }) => target !== place && isWithin(target, place))];
}
