import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "../../config/settings";
import type { DockerHost } from "../hosts/hosts";

/**
 * The image of a container, fetched by its digest before the container is made. An image that was loaded or
 * built is on the host already. It is kept on the host afterwards, so that a rollback needs no registry.
 * @returns what the container must depend on
 */
export function pulledImage(
  name: string,
  image: Image,
  host: DockerHost,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  if (image.source === "loaded") return [];
  return [
    new docker.RemoteImage(
      `${name}-image`,
      { name: image.reference, keepLocally: true },
      { parent, provider: host.provider },
    ),
  ];
}
