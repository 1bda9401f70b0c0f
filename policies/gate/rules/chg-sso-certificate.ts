import { ssoCertificatesOf } from "../own-certificates";
import type { GateRule } from "../rule";
import { partOf } from "../update";

export const rule: GateRule = {
  id: "chg-sso-certificate",
  level: "mandatory",
  why: "An identity provider refuses whom it does not know: nobody could log in by single sign-on until it has the new certificate.",
  remedy:
    "Keep `ssoCertificate.certificate`, name the new one under `announced`, apply, give it to the identity provider; then make it `certificate` by a change of its own.",
  source: "OASIS SAML 2.0 Metadata, 2.4.1.1",
  check(update, report) {
    const { before, after } = update.outputs;
    const next = ssoCertificatesOf(after ?? {});
    for (const [service, { inUse, announced }] of Object.entries(ssoCertificatesOf(before))) {
      const to = next[service]?.inUse;
      if (!to || to.fingerprint === inUse.fingerprint || to.fingerprint === announced?.fingerprint) continue;
      report(
        partOf(update, service),
        `${service} would show its identity provider ${to.certificate} (${to.fingerprint}), which was not announced`,
      );
    }
  },
};
