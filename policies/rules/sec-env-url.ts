import { type EnvironmentSecrets, environmentSecrets, visitEnvironment } from "../support/environment";
import { ownerOf } from "../support/labels";
import type { ResourceRule } from "../support/rule";
import { holdsCredentials, holdsPrivateKey } from "../support/secret-text";
import { TYPES } from "../support/types";

export const rule: ResourceRule<EnvironmentSecrets> = {
  id: "sec-env-url",
  level: "mandatory",
  why: "A password in an address is in the environment under a name that nobody takes for a secret's, and in every log that prints the address.",
  remedy: "Give address, user and password apart, the password as a file.",
  source: "compose-lint CL-0021",
  types: [TYPES.container],
  settings: environmentSecrets,
  check({ inputs, role, report }, { allowed }) {
    const listed = allowed[ownerOf(role, inputs)] ?? [];
    visitEnvironment(inputs, (name, value) => {
      if (listed.includes(name)) return;
      if (holdsCredentials(value)) report(`\`envs\` holds an address with a password in ${name}`);
      if (holdsPrivateKey(value)) report(`\`envs\` holds a private key in ${name}`);
    });
  },
};
