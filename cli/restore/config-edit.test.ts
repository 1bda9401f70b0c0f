import { describe, expect, it } from "vitest";
import { setRestore } from "./config-edit";

const entry = { from: "000012-20260301T040000Z", as: "restored-12" };
const line = 'restore: { from: "000012-20260301T040000Z", as: restored-12 }';

describe("setRestore", () => {
  it("adds one line and leaves comments and layout", () => {
    const before = `# Of the file.
config:
  strongroom:product:   demo
  strongroom:database: # the data
    # Of the image.
    image: { build: postgres,   tag: "15" }
    major: 15 # of Postgres
  strongroom:edge: {}
`;
    expect(setRestore(before, entry)).toBe(before.replace("    image:", `    ${line}\n    image:`));
  });

  it("goes into a map in braces", () => {
    const before = `config:\n  strongroom:database: { image: { build: postgres, tag: "15" } } # data\n`;
    expect(setRestore(before, entry)).toBe(before.replace("{ image", `{ ${line}, image`));
  });

  it.each([
    ["in braces", `    restore: { from: "000001-20260101T000000Z", as: restored-1 } # why\n`],
    ["as a block", `    restore:\n      from: "000001-20260101T000000Z"\n      as: restored-1\n`],
  ])("takes the place of an earlier restore, %s", (_, old) => {
    const file = (restore: string) =>
      `config:\n  strongroom:database:\n    major: 15\n${restore}    maxConnections: 50 # few\n  strongroom:edge: {}\n`;
    const why = old.includes("# why") ? " # why" : "";
    expect(setRestore(file(old), entry)).toBe(file(`    ${line}${why}\n`));
    const last = (restore: string) => `config:\n  strongroom:database:\n    major: 15\n${restore}`;
    expect(setRestore(last(old), entry)).toBe(last(`    ${line}${why}\n`));
  });

  it.each(["config:\n  strongroom:edge: {}\n", "config:\n  strongroom:database: &x {}\n"])(
    "says what to write where it cannot: %s",
    (text) => {
      expect(() => setRestore(text, entry)).toThrow(`write there by hand: ${line}`);
    },
  );
});
