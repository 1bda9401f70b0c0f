import type { Facts } from "../../policies/gate/rule";
import { type Change, labelOf } from "../../policies/gate/update";
import { text, Unjudgeable } from "../../policies/gate/values";

/** `version (release)` of a service's containers on one side; undefined where it has none. */
export function releaseOn(side: "before" | "after", containers: Change[], facts: Facts): string | undefined {
  const there = containers.filter((change) => change[side]);
  const texts = there.map(
    (change) => `${versionOf(change, side, facts)} (${labelOf(change[side], "release") ?? "no release"})`,
  );
  return texts.length > 0 ? [...new Set(texts)].join(" and ") : undefined;
}

function versionOf(change: Change, side: "before" | "after", facts: Facts): string {
  try {
    const image = text(change[side]!.inputs, "image");
    return facts.versionOf(image) ?? image.replace(/^(?:.*@)?(sha256:[0-9a-f]{12}).*$/, "$1");
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return "an image that is not known yet";
  }
}
