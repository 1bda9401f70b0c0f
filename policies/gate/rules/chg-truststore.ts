import { authoritiesOf, clientsChanges } from "../clients";
import type { GateRule } from "../rule";
import { stackOf } from "../update";

export const rule: GateRule = {
  id: "chg-truststore",
  level: "advisory",
  why: "Whoever has a certificate of an authority that is added gets in.",
  remedy: "Compare the fingerprints with those that the authority's owner tells you on another way.",
  source: "NIST SP 800-52r2, 3.5.2",
  check(update, report) {
    for (const { name, before, after = {} } of clientsChanges(update.outputs)) {
      const known = authoritiesOf(before);
      const added = authoritiesOf(after).filter((each) => !known.includes(each));
      if (added.length > 0)
        report(
          stackOf(update),
          `clients of ${name} with a certificate of ${added.length} more authorities would be let in: ${added.join(", ")}`,
        );
    }
  },
};
