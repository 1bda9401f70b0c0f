import { profiles } from "../../config/profiles";
import type { Fields } from "./fields";
import type { Settings } from "./rule";

/** Variables that may hold a secret, by `role` or `role/service`. */
export interface EnvironmentSecrets {
  allowed: Record<string, readonly string[]>;
}

/**
 * The variables for which a product's profile gives the reason why the product can take them in no other way.
 * The edge's proxy is with them because Go programs know no file for it.
 */
export const environmentSecrets: Settings<EnvironmentSecrets> = {
  defaults: { allowed: { edge: ["HTTPS_PROXY"], ...allowedByProfiles() } },
  schema: {
    allowed: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string" } },
      description: "Variables that may hold a secret, by role or by service/NAME",
    },
  },
};

function allowedByProfiles(): Record<string, string[]> {
  const allowed: Record<string, Set<string>> = {};
  for (const profile of Object.values(profiles)) {
    for (const [service, { secrets, environment }] of Object.entries(profile.services)) {
      const names = (allowed[`service/${service}`] ??= new Set());
      for (const { delivery, variable, aliases } of Object.values(secrets)) {
        if (delivery === "environment") for (const name of [variable, ...(aliases ?? [])]) names.add(name);
      }
      for (const [variable, value] of Object.entries(environment)) {
        if (value.includes("{outboundProxy.url}")) names.add(variable);
      }
    }
  }
  return Object.fromEntries(Object.entries(allowed).map(([owner, names]) => [owner, [...names].sort()]));
}

/** Visits a container's variables with their values, which may be secret. */
export function visitEnvironment(inputs: Fields, visit: (name: string, value: string) => void): void {
  inputs.texts("envs", (line) => {
    const equals = line.indexOf("=");
    if (equals < 0) visit(line, "");
    else visit(line.slice(0, equals), line.slice(equals + 1));
  });
}
