import { describe, expect, it } from "vitest";
import { canonicalSteps } from "./steps";
import { database, edge, network, SECRET, update } from "./testing/changes";

const changed = () => update([edge({ a: 1 }, { a: 2 }, { diffs: ["a"] }), network({}, {}, { kind: "same" })]);
const text = canonicalSteps(changed());

describe("an update's steps", () => {
  it("are the same whatever the engine's order, and hold no value", () => {
    const { changes } = changed();
    expect(canonicalSteps({ ...changed(), changes: [...changes].reverse() })).toBe(text);
    const secret = update([edge({ a: SECRET }, { a: "canary" }, { diffs: ["a"] })]);
    expect(canonicalSteps(secret)).toBe(text);
  });

  it.each([
    ["another operation", update([edge({ a: 1 }, undefined, { diffs: ["a"] })])],
    ["another property", update([edge({ b: 1 }, { b: 2 }, { diffs: ["b"] })])],
    ["another resource", update([database({ a: 1 }, { a: 2 }, { diffs: ["a"] })])],
    ["one step more", update([edge({}, {}, { diffs: ["a"] }), database(undefined, {})])],
    ["something left over", { ...changed(), residue: [database({}, undefined)] }],
    ["something missing", { ...changed(), missing: ["urn"] }],
    ["outputs that are not known", { ...changed(), outputs: { before: {}, after: undefined } }],
  ])("differ by %s", (_, other) => {
    expect(canonicalSteps(other)).not.toBe(text);
  });
});
