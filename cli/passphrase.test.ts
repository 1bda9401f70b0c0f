import { expect, it } from "vitest";
import { opensState } from "./passphrase";
import { encryptedPairs } from "./passphrase-change";

// Made by Pulumi 3.259 with the passphrase below.
const salt = "v1:DC+TUc00YuM=:v1:qDilLUAw1vbIseX7:3ztG5zPd1nOqOZwSeewAhXtaW5a+6A==";

it("tells the passphrase that opens a state from others", () => {
  expect(opensState("correct horse battery staple", salt)).toBe(true);
  expect(opensState("correct horse battery stapler", salt)).toBe(false);
});

it("takes no other version and no half salt", () => {
  expect(opensState("correct horse battery staple", salt.replace("v1:", "v2:"))).toBe(false);
  expect(opensState("correct horse battery staple", "v1:DC+TUc00YuM=")).toBe(false);
});

it("pairs old and new ciphertext by place, at any depth", () => {
  const document = (suffix: string) => ({
    encryptionsalt: `salt${suffix}`,
    config: {
      "strongroom:stackKey": { secure: `key${suffix}` },
      "strongroom:services": { server: { secrets: { A: { value: { secure: `a${suffix}` } } }, replicas: 2 } },
    },
  });
  expect([...encryptedPairs(document("1"), document("2"))]).toEqual([
    ["salt1", "salt2"],
    ["key1", "key2"],
    ["a1", "a2"],
  ]);
});
