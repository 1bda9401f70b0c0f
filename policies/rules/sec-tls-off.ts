import { visitEnvironment } from "../support/environment";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Variables that switch off the verification of certificates, by the values that do so. */
const SWITCHES: Record<string, RegExp> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  SMTP_ALLOW_INVALID_CRT: /^(true|1|yes)$/i,
  EMAIL_ALLOW_INVALID_CERTIFICATE: /^(true|1|yes)$/i,
  PYTHONHTTPSVERIFY: /^0$/,
  GIT_SSL_NO_VERIFY: /^(true|1|yes)$/i,
};

export const rule: ResourceRule = {
  id: "sec-tls-off",
  level: "mandatory",
  why: "Without verification anybody on the way can answer in the other side's name and read along.",
  remedy:
    "Leave the variable out, and give the other side a certificate that verifies, or the container its CA (NODE_EXTRA_CA_CERTS).",
  source: "Checkov CKV2_DOCKER_6",
  types: [TYPES.container],
  check({ inputs, report }) {
    visitEnvironment(inputs, (name, value) => {
      if (Object.hasOwn(SWITCHES, name) && SWITCHES[name]!.test(value.trim())) {
        report(`\`envs\` switches off the verification of certificates by ${name}`);
      }
    });
  },
};
