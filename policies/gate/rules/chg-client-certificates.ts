import { authoritiesOf, clientsChanges } from "../clients";
import { answeredOf } from "../domains";
import type { GateRule } from "../rule";
import { partOf } from "../update";

export const rule: GateRule = {
  id: "chg-client-certificates",
  level: "mandatory",
  why: "Who is kept out now would get in, or a truststore would be another one under the name and generation of the old.",
  remedy:
    "Leave `clientCertificates` as it is; raise a truststore's `generation` with every change of its certificates. What is meant goes by an exception.",
  source: "RFC 8446, 4.3.2; NIST SP 800-52r2, 3.5",
  check(update, report) {
    const { outputs } = update;
    // A program that failed says nothing about its domains, and its update is not made.
    if (!outputs.after) return;
    const answered = answeredOf(outputs.after);
    for (const { name, before, after } of clientsChanges(outputs)) {
      if (!answered.includes(name)) continue;
      if (!after)
        report(partOf(update, name), `clients of ${name} would be asked for no certificate any more`);
      else if (before.mode === "required" && after.mode !== "required")
        report(partOf(update, name), `clients of ${name} without a certificate would be let in`);
      else if (
        before.truststore === after.truststore &&
        before.generation === after.generation &&
        authoritiesOf(before).join() !== authoritiesOf(after).join()
      )
        report(
          partOf(update, name),
          `truststore ${String(after.truststore)} of ${name} would be changed in place, under its generation ${String(after.generation)}`,
        );
    }
  },
};
