import { describe, expect, it } from "vitest";
import { encryptedPlaceholder } from "../secret";
import { demoRaw, pathsOf, problemsOf, settingsOf, testKey, withValue } from "../testing";

describe("checkStack", () => {
  it("refuses a stack name that cannot stand in Docker's names", () => {
    expect(pathsOf(demoRaw(), { stack: "Prod_1" })).toEqual(["(stack)"]);
  });

  it("misses a key that is neither in the configuration nor in the stack's folder", () => {
    expect(pathsOf(demoRaw(), { stackKey: undefined })).toEqual(["stackKey"]);
  });

  it("refuses a weak key and never shows it", () => {
    for (const given of [{ raw: "c0ffee" }, { file: "c0ffee" }]) {
      const raw = given.raw === undefined ? demoRaw() : withValue(demoRaw(), "stackKey", given.raw);
      const problems = problemsOf(raw, given.file === undefined ? {} : { stackKey: given.file });
      expect(problems).toHaveLength(1);
      expect(JSON.stringify(problems)).not.toContain("c0ffee");
    }
  });

  it("reports a key of another type once", () => {
    expect(pathsOf(withValue(demoRaw(), "stackKey", 5))).toEqual(["stackKey"]);
  });

  it("prefers the configuration's key to the folder's", () => {
    const own = settingsOf(withValue(demoRaw(), "stackKey", "f".repeat(64)), { stackKey: testKey });
    const folder = settingsOf(demoRaw(), { stackKey: testKey });
    expect(own.generatedSecret("x", 1).reveal()).not.toBe(folder.generatedSecret("x", 1).reveal());
  });

  it("takes an encrypted key, from which nothing can then be derived", () => {
    const settings = settingsOf(withValue(demoRaw(), "stackKey", encryptedPlaceholder));
    expect(() => settings.generatedSecret("x", 1).reveal()).toThrow(/only the engine/);
    expect(() => settings.database.rolePasswords.a.reveal()).toThrow(/only the engine/);
  });
});
