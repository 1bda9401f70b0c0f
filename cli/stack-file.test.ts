import { parse } from "yaml";
import { expect, it } from "vitest";
import { addTopLevelKeys, replaceValues, setConfigSecret } from "./stack-file";

const file = "# why\nconfig: # settings\n  strongroom:product: demo   # kept\n";

it("sets an encrypted value and leaves every other character", () => {
  const edited = setConfigSecret(file, "strongroom:stackKey", "AAA=");
  expect(edited).toBe(
    "# why\nconfig: # settings\n  strongroom:stackKey:\n    secure: AAA=\n  strongroom:product: demo   # kept\n",
  );
  expect(parse(edited)).toEqual({
    config: { "strongroom:stackKey": { secure: "AAA=" }, "strongroom:product": "demo" },
  });
});

it("refuses to set a value twice, or where there is no place for it", () => {
  expect(() => setConfigSecret(setConfigSecret(file, "a:b", "x"), "a:b", "y")).toThrow("already");
  expect(() => setConfigSecret("config: {}\n", "a:b", "x")).toThrow("no line");
});

it("adds keys at the end, also to a file without a last newline", () => {
  const keys = { encryptionsalt: "v1:a=:v1:b:c+/=" };
  expect(addTopLevelKeys("config:\n  a: 1", keys)).toBe("config:\n  a: 1\nencryptionsalt: v1:a=:v1:b:c+/=\n");
  expect(parse(addTopLevelKeys(file, keys))).toMatchObject(keys);
});

it("replaces values wherever they stand", () => {
  expect(replaceValues("a: v1:x\nb: {secure: v1:x}\n", new Map([["v1:x", "v1:y$&"]]))).toBe(
    "a: v1:y$&\nb: {secure: v1:y$&}\n",
  );
});
