import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { refusal, usageError } from "../exit";
import { loadConfig, type StackConfig } from "../stack-config";
import { digest } from "./digest";
import { digestJudged, type Judged, movedBetween, PARTS } from "./judged";

/** What somebody has approved: what was judged, and what would be done about it. */
export interface Plan {
  judged: Judged;
  /** `canonicalSteps` of the update. */
  steps: string;
}

/** A plan as an option has it: the first half of each digest, of what the preview had seen. */
export type ExpectedPlan = Partial<Judged> & { steps?: string };

const START = "plan1_";
/** Of each SHA-256 its first half: nobody finds two subjects for one of 128 bits. */
const BYTES = 16;
const ORDER = [...(Object.keys(PARTS) as (keyof Judged)[]), "steps"] as const;
const UNSEEN = "0".repeat(2 * BYTES);

/** One word for a plan: its digests one after the other, in base64url; what was not seen is zeros. */
export function planDigest({ judged, steps }: Plan): string {
  const all: Partial<Record<(typeof ORDER)[number], string>> = { ...judged, steps: digest(steps) };
  const hex = ORDER.map((name) => all[name]?.slice(0, 2 * BYTES) ?? UNSEEN).join("");
  return `${START}${Buffer.from(hex, "hex").toString("base64url")}`;
}

/** The digests in such a word. @throws CliError when it is none */
export function parsePlan(text: string): ExpectedPlan {
  const bytes = Buffer.from(text.startsWith(START) ? text.slice(START.length) : "", "base64url");
  if (bytes.length !== ORDER.length * BYTES || `${START}${bytes.toString("base64url")}` !== text)
    throw noPlan();
  const entries = ORDER.map(
    (name, at) => [name, bytes.subarray(at * BYTES, (at + 1) * BYTES).toString("hex")] as const,
  );
  const seen = entries.filter(([, value]) => value !== UNSEEN);
  // Everything else every preview has seen: a word without it would hold `up` to nothing.
  if (entries.some(([name, value]) => name !== "host" && value === UNSEEN)) throw noPlan();
  return Object.fromEntries(seen);
}

function noPlan(): Error {
  return usageError("--expect: is no digest that `preview --digest` prints; copy it as a whole");
}

/**
 * Holds what is there now, as far as it is known yet, to what was approved.
 * @throws CliError that names what has moved, and no value of it
 */
export function refuseUnlessExpected(expected: ExpectedPlan, judged: Partial<Judged>, steps?: string): void {
  const short = Object.fromEntries(
    Object.entries(judged).map(([name, value]) => [name, value.slice(0, 2 * BYTES)]),
  );
  const moved = movedParts(expected, short);
  if (moved.length > 0) throw moveRefusal(moved, APPROVED, AGAIN);
  if (steps !== undefined && expected.steps !== digest(steps).slice(0, 2 * BYTES))
    throw moveRefusal(["what the update would do"], APPROVED, `${AGAIN}. ${WHY_STEPS}`);
}

const APPROVED = "in the preview that was approved";
const AGAIN = "Preview again, and have that approved";
const WHY_STEPS =
  "The same configuration, program and state come to something else by a refresh, by another engine, or by time, such as a certificate that is due";

/** @throws CliError when something that was judged is not what the engine would be given now */
export function refuseIfMoved(before: Judged, after: Judged): void {
  const moved = movedParts(before, after);
  if (moved.length > 0) throw moveRefusal(moved, "when the preview was judged", "Run `up` again");
}

/** What has moved, as people call it. */
function movedParts(before: Partial<Judged>, after: Partial<Judged>): string[] {
  return movedBetween(before, after).map((name) => PARTS[name]);
}

function moveRefusal(moved: string[], when: string, remedy: string): Error {
  return refusal(`nothing was changed. Not the same any more as ${when}: ${moved.join(", ")}. ${remedy}.`);
}

/**
 * Looks at what is going to be previewed.
 * @returns what looks again after it and gives the plan; it throws a CliError when something has moved meanwhile
 */
export async function beginPlan(
  context: Context,
  toolchain: Toolchain,
  config: StackConfig,
): Promise<(steps: string) => Promise<Plan>> {
  const before = await digestJudged(context, toolchain, config, "if they answer");
  return async (steps) => {
    const after = await digestJudged(context, toolchain, loadConfig(context, new Date()), "if they answer");
    const moved = movedParts(before, after);
    if (moved.length > 0)
      throw refusal(`this has changed during the preview: ${moved.join(", ")}. Preview again.`);
    return { judged: after, steps };
  };
}
