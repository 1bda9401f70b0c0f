import { answeredOf } from "../domains";
import { each, type GateRule } from "../rule";
import { texts } from "../values";

const REQUEST = "tls:index/certRequest:CertRequest";

export const rule: GateRule = {
  id: "chg-cert-cover",
  level: "mandatory",
  why: "A domain without a certificate gets no handshake: nobody reaches it.",
  remedy: "Give the domain a certificate under `certificates` before, or together with, dropping this one.",
  source: "RFC 6125",
  check({ changes, outputs }, report, { certificates }) {
    const requests = changes.filter(({ type }) => type === REQUEST);
    const covered = new Set<string>();
    each(requests, report, ({ after }) => {
      if (after) texts(after.inputs, "dnsNames").forEach((name) => covered.add(name));
    });
    const live = answeredOf(outputs.after ?? {});
    each(requests, report, (change) => {
      if (!change.before) return;
      for (const name of texts(change.before.inputs, "dnsNames")) {
        const elsewhere = certificates[name] === "acme" || certificates[name] === "custom";
        if (live.includes(name) && !covered.has(name) && !elsewhere)
          report(change, `no certificate would cover ${name} any more`);
      }
    });
  },
};
