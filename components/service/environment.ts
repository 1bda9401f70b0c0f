import * as pulumi from "@pulumi/pulumi";
import type { ServiceSettings } from "../../config/settings";
import { variablesOf } from "./variables";

/** `NAME=value` lines, sorted; secret as a whole when the product takes a secret by environment only. */
export function environmentLines(settings: ServiceSettings): pulumi.Input<pulumi.Input<string>[]> {
  const { lines, secret } = variablesOf(settings);
  return secret ? pulumi.secret(lines) : lines;
}
