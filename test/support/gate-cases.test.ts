import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { safeCases, unsafeCases } from "../e2e/support/gate-cases";

const CHECKOUT = resolve(__dirname, "../..");
const edits = [...unsafeCases, ...safeCases].flatMap(({ name, program = [] }) =>
  program.map(([file, from]) => [name, file, from] as const),
);

describe("an edit of the program by which the gate is tried", () => {
  it.each(edits)("%s: is of what %s holds", (_name, file, from) => {
    expect(readFileSync(join(CHECKOUT, file), "utf8")).toContain(from);
  });
});
