import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { exportLines, shellQuote } from "./quote";

it("leaves plain words as they are and quotes the others", () => {
  expect(shellQuote("/usr/bin:/bin")).toBe("/usr/bin:/bin");
  expect(shellQuote("")).toBe("''");
  expect(shellQuote("a b")).toBe("'a b'");
  expect(shellQuote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
});

it("gives a shell back exactly what was put in", () => {
  const value = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(value, (text) => {
      const clean = Buffer.from(text).toString();
      const script = `${exportLines({ X: clean })}printf %s "$X"`;
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(clean);
    }),
    { numRuns: 30 },
  );
});

it("unsets what must not be there", () => {
  expect(exportLines({ A: "1", B: undefined })).toBe("export A=1\nunset B\n");
});
