import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageId } from "../../test/support/sanitise-preview";
import { GateError, OPERATIONS } from "./events";
import { interruptions } from "./interruption";
import { isRefused, judgeUpdate } from "./judge";
import type { Facts } from "./rule";
import { FACTS } from "./testing/changes";
import { parseUpdate } from "./update";

const folder = join(__dirname, "fixtures");
const fixtures = readdirSync(folder).map((name) => name.replace(/\.jsonl$/, ""));
const read = (name: string) => readFileSync(join(folder, `${name}.jsonl`), "utf8");

/** Versions of the images in the recorded previews. */
const VERSIONS: Record<string, string> = {
  [imageId("demo:1.0.0")]: "1.0.0",
  [imageId("demo:1.1.0")]: "1.1.0",
  [`sha256:${"5".repeat(64)}`]: "0.9.0",
};
const RECORDED: Facts = { ...FACTS, versionOf: (reference) => VERSIONS[reference] };

/** The rules that have something to say about each. */
const EXPECTED = JSON.parse(readFileSync(join(__dirname, "testing", "recorded.json"), "utf8")) as Record<
  string,
  string[]
>;

/** Facts where they are not those of the dev stack. */
const FACTS_OF: Record<string, Partial<Facts>> = {
  "an-older-release-where-it-needs-a-newer-schema": { strategy: "recreate" },
  "a-retired-signing-secret-brought-back": {
    generations: [{ secret: "dashboard/SESSION_SECRET", applied: 2, next: 1 }],
  },
  "a-jump-over-a-release": {
    requiredBy: (reference) => (reference === imageId("demo:1.1.0") ? "1.0.5" : undefined),
  },
};

function judged(text: string, facts: Partial<Facts> = {}) {
  const update = parseUpdate(text);
  const all = { ...RECORDED, ...facts };
  interruptions(update, all);
  return { update, judgement: judgeUpdate(update, all, []) };
}

/** Whether an update would be made on the strength of a record. @throws what is not the gate's own error */
function passes(text: string, facts: Partial<Facts>): boolean {
  try {
    const { update, judgement } = judged(text, facts);
    return update.succeeded && !isRefused(judgement);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return false;
  }
}

describe("recorded previews", () => {
  it("are listed with what is to be found in them", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...fixtures].sort());
  });

  it.each(fixtures)("%s", (name) => {
    const { judgement } = judged(read(name), FACTS_OF[name]);
    expect([...new Set(judgement.findings.map(({ rule }) => rule))].sort()).toEqual(EXPECTED[name]);
  });
});

type Line = Record<string, unknown>;
type Step = Record<"op" | "urn" | "type", string> & Record<"old" | "new", Record<string, unknown> | null>;
const stepOf = (line: Line) => (line.resourcePreEvent as { metadata: Step } | undefined)?.metadata;
const isChange = (line: Line) => !["same", "refresh", undefined].includes(stepOf(line)?.op);
const pick = (lines: Line[], at: number) => lines[at % lines.length]!;

/** Ways in which a record may be damaged on its way; each has its lines and two numbers to choose by. */
const DAMAGES: Record<string, (lines: Line[], at: number, other: number) => Line[]> = {
  "a change lost": (lines, at) => {
    const changes = lines.filter(isChange);
    const lost = changes.length > 0 ? pick(changes, at) : undefined;
    return lines.filter((line) => line !== lost);
  },
  "a line twice": (lines, at) => lines.flatMap((line) => (line === pick(lines, at) ? [line, line] : [line])),
  "another operation": (lines, at, other) => {
    const changes = lines.filter(isChange);
    if (changes.length > 0) stepOf(pick(changes, at))!.op = OPERATIONS[other % OPERATIONS.length]!;
    return lines;
  },
  "an operation that nobody knows": (lines, at) => {
    stepOf(pick(lines.filter(stepOf), at))!.op = "transmogrify";
    return lines;
  },
  "another type": (lines, at, other) => {
    const steps = lines.filter(stepOf);
    const step = stepOf(pick(steps, at))!;
    step.type = stepOf(pick(steps, other))!.type;
    for (const side of [step.old, step.new]) if (side) side.type = step.type;
    return lines;
  },
  "another resource's name": (lines, at, other) => {
    const steps = lines.filter(stepOf);
    const step = stepOf(pick(steps, at))!;
    step.urn = stepOf(pick(steps, other))!.urn;
    for (const side of [step.old, step.new]) if (side) side.urn = step.urn;
    return lines;
  },
  "a side lost": (lines, at, other) => {
    stepOf(pick(lines.filter(stepOf), at))![other % 2 === 0 ? "old" : "new"] = null;
    return lines;
  },
  "the summary lost": (lines) => lines.filter(({ summaryEvent }) => !summaryEvent),
  "the end lost": (lines) => lines.slice(0, -1),
  "cut off": (lines, at) => lines.slice(0, at % lines.length),
  "a failure called a success": (lines) => {
    for (const { summaryEvent } of lines) if (summaryEvent) (summaryEvent as Line).result = "succeeded";
    return lines;
  },
};

describe("a damaged record", () => {
  const written = (lines: Line[]) =>
    lines.map((line, sequence) => `${JSON.stringify({ ...line, sequence })}\n`).join("");
  const parsed = (name: string) =>
    read(name)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
  const refused = fixtures.filter((name) => isRefused(judged(read(name), FACTS_OF[name]).judgement));

  it.each(Object.keys(DAMAGES))(
    "with %s never passes where the whole one did not, and is no accident",
    (name) => {
      fc.assert(
        fc.property(fc.constantFrom(...refused), fc.nat(), fc.nat(), (fixture, at, other) => {
          const text = written(DAMAGES[name]!(parsed(fixture), at, other));
          expect(passes(text, FACTS_OF[fixture] ?? {})).toBe(false);
        }),
        { numRuns: 150 },
      );
      // A record that passes may become one that does not, or that is no record any more.
      fc.assert(
        fc.property(fc.constantFrom(...fixtures), fc.nat(), fc.nat(), (fixture, at, other) => {
          passes(written(DAMAGES[name]!(parsed(fixture), at, other)), FACTS_OF[fixture] ?? {});
        }),
        { numRuns: 100 },
      );
    },
    60_000,
  );

  it("that lost any of its lines, or ends within one, is none", () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.nat(), fc.boolean(), (fixture, at, within) => {
        const text = read(fixture);
        const lines = text.trimEnd().split("\n");
        const damaged = within
          ? text.slice(0, at % text.length)
          : `${lines.filter((_, index) => index !== at % lines.length).join("\n")}\n`;
        expect(() => parseUpdate(damaged)).toThrow(GateError);
      }),
      { numRuns: 200 },
    );
  });
});
