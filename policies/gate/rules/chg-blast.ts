import { TYPES } from "../../support/types";
import type { GateRule } from "../rule";
import { type Change, stackOf } from "../update";

/** Share of the lasting resources of which no update that was meant takes more. */
const LARGEST_SHARE = 1 / 2;

export const rule: GateRule = {
  id: "chg-blast",
  level: "mandatory",
  why: "An update that takes most of the stack away was made for another stack, by another program, or from the wrong state.",
  remedy:
    "Look at which stack, configuration and state were given. What is really wanted is made in several updates, or by an exception; to take the stack down there is `./strongroom down`.",
  source: "strongroom",
  check(update, report) {
    const there = update.changes.filter((change) => change.before && isLasting(change));
    const gone = there.filter(({ kind }) => kind === "delete" || kind === "replace");
    if (gone.length > there.length * LARGEST_SHARE)
      report(
        stackOf(update),
        `${gone.length} of the ${there.length} resources that outlast a release would be deleted or replaced`,
      );
  },
};

const LASTING: string[] = [TYPES.container, TYPES.network, TYPES.volume, TYPES.dnsRecord];

/** What stays through releases and renewals: a release's own containers and volumes carry their service's label. */
function isLasting({ type, service }: Change): boolean {
  return LASTING.includes(type) && service === undefined;
}
