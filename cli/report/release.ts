import type { Facts } from "../../policies/gate/rule";
import { type Change, labelOf } from "../../policies/gate/update";
import { text, Unjudgeable } from "../../policies/gate/values";
import type { ServiceReport } from "./report";

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

/** Where a new release's image comes from; undefined unless it came as a signed archive. */
export function originOf({ archive }: Pick<ServiceReport, "archive">): string | undefined {
  if (!archive) return undefined;
  const { file, signer, verified } = archive;
  const how = verified
    ? `${verified.format}, verified here on ${verified.at.slice(0, 10)}`
    : "not verified on this machine";
  return `image from archive ${file}, signer ${signer} (${how})`;
}

/** What becomes of WebSockets and long requests; undefined where no release goes. */
export function cutOf({ cut }: Pick<ServiceReport, "cut">): string | undefined {
  if (!cut) return undefined;
  const { toldAfterSeconds: told, cutAfterSeconds } = cut;
  return `open WebSockets and long requests are told to end ${told === 0 ? "at once" : `after ${told} s`} and cut after ${cutAfterSeconds} s`;
}
