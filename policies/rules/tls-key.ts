import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Below it a key counts as breakable (NIST SP 800-131A). */
const RSA_BITS = 2048;
const CURVES = ["P256", "P384", "P521"];

export const rule: ResourceRule = {
  id: "tls-key",
  level: "mandatory",
  why: "A weak key can be computed; whoever has it reads along and signs in the stack's name.",
  remedy: "Use ECDSA with `ecdsaCurve` P256, ED25519, or RSA with 2048 bits or more.",
  source: "NIST SP 800-131A; CA/Browser Forum Baseline Requirements, 6.1.5",
  types: [TYPES.privateKey],
  check({ inputs, report }) {
    const algorithm = inputs.text("algorithm")?.toUpperCase();
    if (algorithm === "RSA") {
      if ((inputs.number("rsaBits") ?? RSA_BITS) < RSA_BITS) report("`rsaBits` is less than 2048");
    } else if (algorithm === "ECDSA") {
      // The provider's default is P224.
      if (!CURVES.includes(inputs.text("ecdsaCurve") ?? "P224"))
        report("`ecdsaCurve` is not P256, P384 or P521");
    } else if (algorithm !== "ED25519") {
      report("`algorithm` is none of RSA, ECDSA and ED25519");
    }
  },
};
