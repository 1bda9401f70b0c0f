import { type EnvironmentSecrets, environmentSecrets, visitEnvironment } from "../support/environment";
import { ownerOf } from "../support/labels";
import type { ResourceRule } from "../support/rule";
import { isSecretName } from "../support/secret-text";
import { TYPES } from "../support/types";

export const rule: ResourceRule<EnvironmentSecrets> = {
  id: "sec-env-literal",
  level: "mandatory",
  why: "The environment is in `docker inspect`, in /proc, in crash reports, and is handed on to every child.",
  remedy:
    "Give the secret as a file and its path in a variable that ends in _FILE; if the product knows no file, its profile says so with the reason.",
  source: "compose-lint CL-0020; OWASP Docker, rule 12",
  types: [TYPES.container],
  settings: environmentSecrets,
  check({ inputs, role, report }, { allowed }) {
    const listed = allowed[ownerOf(role, inputs)] ?? [];
    visitEnvironment(inputs, (name, value) => {
      if (value !== "" && isSecretName(name) && !listed.includes(name))
        report(`\`envs\` holds a secret in ${name}`);
    });
  },
};
