import { posix } from "node:path";
import type { Fields } from "./fields";
import { TYPES } from "./types";

/** A place of the Docker host that a container gets to see. */
export interface HostPath {
  /** Normalised; left out when the field says something else than a path, e.g. another container. */
  path?: string;
  readOnly?: boolean;
  /** Field that it stands in. */
  field: string;
}

/**
 * All ways in which a container or volume reaches the host's files: `volumes` (a `volumeName` that is a path
 * is one too: the provider joins both to the same short syntax), bind mounts, and volumes of the local driver
 * or of a driver of unknown ways. Named volumes are none.
 */
export function visitHostPaths(type: string, inputs: Fields, visit: (place: HostPath) => void): void {
  if (type === TYPES.volume) {
    visitDriver(inputs, "driver", "driverOpts", visit);
    return;
  }
  inputs.each("volumes", (volume) => {
    if (volume.has("fromContainer")) visit({ field: volume.pathOf("fromContainer") });
    const key = volume.has("hostPath") ? "hostPath" : "volumeName";
    const source = volume.text(key);
    if (source === undefined || (key === "volumeName" && isVolumeName(source))) return;
    visit({ path: normalised(source), readOnly: volume.flag("readOnly"), field: volume.pathOf(key) });
  });
  inputs.each("mounts", (mount) => {
    const kind = mount.text("type")?.toLowerCase();
    if (kind === "tmpfs") return;
    if (kind === "volume") {
      visitDriver(mount.fields("volumeOptions"), "driverName", "driverOptions", visit);
      return;
    }
    const field = mount.pathOf("source");
    if (kind !== "bind") visit({ field });
    else visit({ path: normalised(mount.text("source") ?? ""), readOnly: mount.flag("readOnly"), field });
  });
}

/** Whether a path is the folder, below it, or above it. */
export function touches(path: string, folder: string): boolean {
  return isWithin(path, folder) || isWithin(folder, path);
}

/** Whether a path is the folder or below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** The local driver mounts any `device`, a folder of the host too; what other drivers do cannot be seen. */
function visitDriver(
  fields: Fields,
  driverKey: string,
  optionsKey: string,
  visit: (place: HostPath) => void,
): void {
  const driver = fields.text(driverKey) ?? "local";
  if (driver !== "local") visit({ field: fields.pathOf(driverKey) });
  const options = fields.fields(optionsKey);
  const device = options.text("device");
  if (device?.startsWith("/")) visit({ path: normalised(device), field: options.pathOf("device") });
}

/** Docker's own pattern for the names of volumes. */
function isVolumeName(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text);
}

/** A path without dots, double slashes and a slash at its end. */
export function normalised(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, "$1");
}
