import * as pulumi from "@pulumi/pulumi";
import type { ServiceSettings } from "../../config/settings";

/** Folder in a service's container in which its secret files are. */
export const SECRETS_PATH = "/run/strongroom/secrets";

/** `NAME=value` lines, sorted; secret as a whole when the product takes a secret by environment only. */
export function environmentLines(settings: ServiceSettings): pulumi.Input<pulumi.Input<string>[]> {
  const plain = Object.entries(settings.environment).map(([key, value]) => `${key}=${value}`);
  const paths = settings.secrets.flatMap((s) =>
    s.delivery === "file" ? [`${s.variable}=${s.path ?? `${SECRETS_PATH}/${s.name}`}`] : [],
  );
  const secret = settings.secrets.flatMap((s) =>
    s.delivery === "environment" ? [`${s.variable}=${s.secret.reveal()}`] : [],
  );
  const all = [...plain, ...paths, ...secret].sort();
  return secret.length > 0 ? pulumi.secret(all) : all;
}
