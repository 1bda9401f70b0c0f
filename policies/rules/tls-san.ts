import { isAuthority } from "../support/certificates";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "tls-san",
  level: "mandatory",
  why: "Clients compare the alternative names only; a name that stands in the common name alone is not covered.",
  remedy: "List every name in `dnsNames`, every address in `ipAddresses`.",
  source: "RFC 9525, 2",
  types: [TYPES.certRequest, TYPES.selfSignedCert],
  check({ inputs, report }) {
    if (isAuthority(inputs)) return;
    const names: string[] = [];
    for (const key of ["dnsNames", "ipAddresses", "uris"])
      inputs.texts(key, (name) => names.push(name.toLowerCase()));
    if (names.length === 0) report("there is no alternative name");
    const common = inputs.fields("subject").text("commonName")?.toLowerCase();
    // A person's name or a title is no name that a client looks up.
    if (common && /^[^\s]+\.[^\s]+$/.test(common) && !names.includes(common)) {
      report("`subject.commonName` is not among the alternative names");
    }
  },
};
