import type * as command from "@pulumi/command";
import type * as tls from "@pulumi/tls";

export interface Providers {
  /** Runs the actions. */
  actions: command.Provider;
  /** Makes keys and certificates. */
  certificates: tls.Provider;
}

/** See providers.cjs. */
export function createProviders(): Providers;
