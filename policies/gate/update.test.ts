import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GateError } from "./events";
import { interruptions } from "./interruption";
import { judgeUpdate } from "./judge";
import { FACTS } from "./testing/changes";
import { parseUpdate, type Update } from "./update";

const folder = join(__dirname, "fixtures");
const fixtures = readdirSync(folder).map((name) => name.replace(/\.jsonl$/, ""));
/** Event log of a real preview of the demo, without what no rule reads. */
const read = (name: string) => readFileSync(join(folder, `${name}.jsonl`), "utf8");
const lines = (name: string) =>
  read(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const joined = (events: object[]) =>
  events.map((event, sequence) => `${JSON.stringify({ ...event, sequence })}\n`).join("");
const of = (update: Update, ...kinds: string[]) =>
  update.changes
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();
const judged = (name: string) => {
  const update = parseUpdate(read(name));
  const { findings } = judgeUpdate(update, FACTS, []);
  const causes = [...interruptions(update, FACTS)].filter(([, reasons]) => reasons.length > 0);
  return {
    refused: [...new Set(findings.map(({ rule }) => rule))].sort(),
    interrupted: Object.fromEntries(causes),
  };
};

describe("a real preview", () => {
  it.each<[string, string[], Record<string, string[]>]>([
    ["no-changes", [], {}],
    ["release", [], {}],
    [
      "edge-replaced",
      [],
      {
        dashboard: ["the edge is replaced (memory, memorySwap)"],
        server: ["the edge is replaced (memory, memorySwap)"],
      },
    ],
    [
      "volume-renamed",
      ["chg-blast", "chg-db-mount", "chg-db-volume", "chg-unprotect"],
      { dashboard: ["the database is restarted (mounts)"], server: ["the database is restarted (mounts)"] },
    ],
    [
      "network-replaced",
      ["chg-blast", "chg-network"],
      {
        dashboard: ["network-edge is replaced", "the edge is replaced (networksAdvanced)"],
        server: ["network-edge is replaced", "the edge is replaced (networksAdvanced)"],
      },
    ],
    ["domain-dropped", ["chg-domain"], {}],
    ["edge-missing", ["repair"], {}],
    ["program-failed", [], {}],
  ])("of %s", (name, refused, interrupted) => {
    expect(judged(name)).toEqual({ refused, interrupted });
  });

  it("is parsed into what changes", () => {
    expect(of(parseUpdate(read("edge-replaced")), "create", "update", "replace", "delete")).toEqual([
      "replace edge-traefik",
      "update routes-apply",
    ]);
    const edge = parseUpdate(read("edge-replaced")).changes.find(({ role }) => role === "edge")!;
    expect(edge).toMatchObject({
      gap: true,
      diffs: ["memory", "memorySwap"],
      type: "docker:index/container:Container",
    });
    const replica = parseUpdate(read("network-replaced")).changes.find(({ name }) =>
      /^server-.*-1$/.test(name),
    )!;
    expect(replica).toMatchObject({ kind: "replace", gap: false, service: "server", role: "service" });
    expect(parseUpdate(read("network-replaced")).residue).toEqual([]);
    expect(parseUpdate(read("release")).succeeded).toBe(true);
    expect(parseUpdate(read("volume-renamed")).succeeded).toBe(false);
    expect(parseUpdate(read("program-failed")).succeeded).toBe(false);
  });

  it("knows what an earlier run left from what this one replaces", () => {
    const events = lines("network-replaced");
    const leftover = deletionOf("network-replaced");
    const update = parseUpdate(joined([...events.slice(0, 2), leftover, ...events.slice(2)]));
    expect(update.residue).toHaveLength(1);
    expect(of(update, "unjudged")).toEqual([]);
    const alone = lines("no-changes");
    const left = parseUpdate(
      joined([...alone.slice(0, 2), deletionOf("network-replaced"), ...alone.slice(2)]),
    );
    expect(left.residue).toHaveLength(1);
    expect(judgeUpdate(left, FACTS, []).findings).toMatchObject([{ level: "repair" }]);
  });
});

/** The deletion of a container that an earlier run replaced. */
function deletionOf(name: string): object {
  return lines(name).find((event) => /"delete-replaced".*"delete":true/.test(JSON.stringify(event)))!;
}

type Metadata = Record<"op" | "urn" | "type" | "old" | "new", unknown>;
const metadataOf = (event: Record<string, unknown>) =>
  (event.resourcePreEvent as { metadata: Metadata } | undefined)?.metadata;

describe("what is no record of a preview", () => {
  it.each<[string, (events: Record<string, unknown>[]) => void]>([
    [
      "no summary",
      (events) =>
        events.splice(
          events.findIndex((e) => e.summaryEvent),
          1,
        ),
    ],
    [
      "two summaries",
      (events) =>
        events.push(
          events.find((e) => e.summaryEvent)!,
          events.at(-1)!,
        ),
    ],
    ["no end", (events) => events.pop()],
    ["a kind of event that nobody knows", (events) => events.splice(1, 0, { timestamp: 0, newEvent: {} })],
    ["an event of no kind", (events) => events.splice(1, 0, { timestamp: 0 })],
    ["an event of two kinds", (events) => Object.assign(events[0]!, { cancelEvent: {} })],
    ["an operation that nobody knows", (events) => (metadataOf(step(events))!.op = "transmogrify")],
    ["another resource's state", (events) => ((metadataOf(step(events))!.old as Metadata).urn = "urn:other")],
    ["no state before a change", (events) => (metadataOf(step(events))!.old = null)],
    [
      "inputs that are no object",
      (events) => ((metadataOf(step(events))!.old as { inputs: unknown }).inputs = []),
    ],
    ["a lost step", (events) => events.splice(events.indexOf(step(events)), 1)],
    ["a corrupt result", (events) => (summaryOf(events).maybeCorrupt = true)],
    ["an update that was made", (events) => (summaryOf(events).isPreview = false)],
    ["a result that nobody knows", (events) => (summaryOf(events).result = "maybe")],
  ])("is refused: %s", (_, damage) => {
    const events = structuredClone(lines("edge-replaced"));
    damage(events);
    expect(() => parseUpdate(joined(events))).toThrow(GateError);
  });

  it.each(["", "\n", "{}\n", "[]\n", "null\n", "x\n", '{"sequence":0}\n'])("is refused: %j", (text) => {
    expect(() => parseUpdate(text)).toThrow(GateError);
  });

  it("is refused when an event is missing or twice there", () => {
    const whole = read("release").trimEnd().split("\n");
    for (const at of [0, 3, whole.length - 2]) {
      expect(() => parseUpdate(`${whole.filter((_, index) => index !== at).join("\n")}\n`)).toThrow(
        GateError,
      );
      expect(() =>
        parseUpdate(`${whole.flatMap((line, index) => (index === at ? [line, line] : [line])).join("\n")}\n`),
      ).toThrow(GateError);
    }
  });

  it("is refused when it is cut off anywhere", () => {
    const text = read("edge-replaced");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
        expect(() => parseUpdate(text.slice(0, length))).toThrow(GateError);
      }),
    );
  });

  it(
    "never gets past as anything but an update or a GateError, whatever is changed in it",
    { timeout: 60_000 },
    () => {
      const strange = fc.oneof(
        fc.constant(null),
        fc.integer(),
        fc.string(),
        fc.boolean(),
        fc.constant([]),
        fc.constant({}),
      );
      fc.assert(
        fc.property(fc.constantFrom(...fixtures), fc.nat(), fc.nat(), strange, (name, at, where, value) => {
          const events = structuredClone(lines(name));
          const event = events[at % events.length]!;
          const places = placesIn(event);
          const [holder, key] = places[where % places.length]!;
          holder[key] = value;
          try {
            const update = parseUpdate(events.map((each) => `${JSON.stringify(each)}\n`).join(""));
            // What is left is judged without an accident.
            judgeUpdate(update, FACTS, []);
            interruptions(update, FACTS);
          } catch (error) {
            expect(error).toBeInstanceOf(GateError);
          }
        }),
        { numRuns: 400 },
      );
    },
  );
});

function step(events: Record<string, unknown>[]): Record<string, unknown> {
  return events.find((event) => metadataOf(event)?.op === "update")!;
}

function summaryOf(events: Record<string, unknown>[]): Record<string, unknown> {
  return events.find((event) => event.summaryEvent)!.summaryEvent as Record<string, unknown>;
}

/** Every member of a value, with what holds it. */
function placesIn(value: object): [Record<string, unknown>, string][] {
  return Object.entries(value).flatMap(([key, inner]): [Record<string, unknown>, string][] => [
    [value as Record<string, unknown>, key],
    ...(typeof inner === "object" && inner !== null ? placesIn(inner as object) : []),
  ]);
}
