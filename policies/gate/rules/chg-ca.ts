import { each, type GateRule } from "../rule";

const KEYS = ["tls:index/privateKey:PrivateKey", "tls:index/selfSignedCert:SelfSignedCert"];

export const rule: GateRule = {
  id: "chg-ca",
  level: "mandatory",
  why: "Clients trust the private CA by its root: with another key every one of them refuses the service.",
  remedy:
    "Keep the private CA (`certificates.keepPrivateCa`). A new root must be given to all clients before the old one goes.",
  source: "strongroom",
  check({ changes }, report) {
    // The leaves' keys change with their generation; only what is protected is trusted by others.
    const trusted = changes.filter(({ type, before }) => KEYS.includes(type) && before?.protect);
    each(trusted, report, (change) => {
      if (change.kind === "delete" || change.kind === "replace")
        report(change, `the private CA would be ${change.kind}d`);
      if (change.kind === "update")
        report(change, `the private CA would change (${change.diffs.join(", ")})`);
    });
  },
};
