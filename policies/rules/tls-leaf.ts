import { isAuthority, usesOf } from "../support/certificates";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "tls-leaf",
  level: "mandatory",
  why: "A certificate that serves and signs turns a stolen server key into an authority; one without its use is refused by clients.",
  remedy:
    "Leave `isCaCertificate` out of served certificates and give them server_auth (or client_auth); an authority is self-signed and has cert_signing and crl_signing only.",
  source: "RFC 5280, 4.2.1.9 and 4.2.1.12",
  types: [TYPES.locallySignedCert, TYPES.selfSignedCert],
  check({ type, inputs, report }) {
    const uses = usesOf(inputs);
    const serves = uses.some(
      (use) => use === "server_auth" || use === "client_auth" || use === "any_extended",
    );
    if (!isAuthority(inputs)) {
      if (!serves) report("`allowedUses` has neither server_auth nor client_auth");
      return;
    }
    if (type === TYPES.locallySignedCert)
      report("`isCaCertificate` is true for a certificate that another authority signs");
    if (serves) report("`allowedUses` lets an authority serve");
  },
};
