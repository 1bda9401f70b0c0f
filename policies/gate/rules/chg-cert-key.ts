import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-cert-key",
  level: "mandatory",
  why: "A certificate of another key than the one beside it gets no handshake: nobody reaches the name.",
  remedy:
    "Raise `generation` of the certificate under `certificates`: key, request and certificate are then made anew together.",
  source: "RFC 8446, 4.4.3",
  check({ changes }, report) {
    const leaves = changes.filter(({ type }) => type === TYPES.locallySignedCert);
    each(leaves, report, (leaf) => {
      // What is made now is made of the key that is there then.
      if (!leaf.before || !leaf.after || leaf.kind === "replace") return;
      for (const made of ["key", "request"]) {
        const type = made === "key" ? TYPES.privateKey : TYPES.certRequest;
        const part = changes.find((each) => each.type === type && each.name === `${leaf.name}-${made}`);
        if (part?.kind === "replace" || part?.kind === "delete")
          report(leaf, `its ${made} would be ${part.kind}d, and the certificate would stay`);
      }
    });
  },
};
