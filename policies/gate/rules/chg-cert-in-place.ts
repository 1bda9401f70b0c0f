import { certificateChanges } from "../own-certificates";
import type { GateRule } from "../rule";
import { partOf } from "../update";

export const rule: GateRule = {
  id: "chg-cert-in-place",
  level: "mandatory",
  why: "A certificate would be another one under the name and generation of the old: what was applied, approved or put back by that generation would not be told apart.",
  remedy:
    "Raise the certificate's `generation` by one together with its files: every domain that uses it then moves at once, and nothing restarts.",
  source: "RFC 8446, 4.4.2",
  check(update, report) {
    for (const { path, before, after } of certificateChanges(update.outputs)) {
      if (
        before.generation === after.generation &&
        String(before.fingerprints) !== String(after.fingerprints)
      )
        report(
          partOf(update, path),
          `certificate ${path} would be changed in place, under its generation ${String(after.generation)}`,
        );
    }
  },
};
