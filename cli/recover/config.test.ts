import { parse } from "yaml";
import { expect, it } from "vitest";
import { recoveredConfig, servesRestore, withEndpoints } from "./config";

const [oldKey, newKey] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString("base64")) as [string, string];
const restore = { from: "000012-20260301T040000Z", as: "recovered-12" };
const text = `config:
  # The vault's.
  strongroom:database:
    image: { build: postgres, tag: "15" } # as ever
  strongroom:backup:
    receiptKey: ${oldKey}
    frequency: 6h
`;

it("serves the backup and trusts the new store, and leaves the rest as it is written", () => {
  const written = recoveredConfig(text, restore, newKey);
  expect(written).toBe(
    text
      .replace(oldKey, newKey)
      .replace(
        "    image:",
        '    restore: { from: "000012-20260301T040000Z", as: recovered-12 }\n    image:',
      ),
  );
  expect(servesRestore(written, restore)).toBe(true);
  expect(servesRestore(text, restore)).toBe(false);
  expect(servesRestore(written, { ...restore, as: "other" })).toBe(false);
});

it("takes out a key of the old shipper, and what was to be left", () => {
  const pinned = text
    .replace("    frequency: 6h\n", `    offsite: { host: away, receiptKey: ${oldKey}2 }\n`)
    .replace("    image:", "    leave: restored-3\n    image:");
  const { config } = parse(recoveredConfig(pinned, restore, newKey)) as {
    config: Record<string, Record<string, unknown>>;
  };
  expect(config["strongroom:backup"]).toEqual({ receiptKey: newKey, offsite: { host: "away" } });
  expect(config["strongroom:database"]).toMatchObject({ restore });
  expect(config["strongroom:database"]).not.toHaveProperty("leave");
});

it("takes the place of an earlier restore", () => {
  const earlier = recoveredConfig(text, { from: "000003-20260201T040000Z", as: "restored-3" }, newKey);
  expect(servesRestore(recoveredConfig(earlier, restore, newKey), restore)).toBe(true);
});

it("has its hosts where they are now", () => {
  const given = `config:\n  strongroom:hosts:\n    one: { docker: "ssh://a@old", addresses: [] } # lost\n`;
  expect(withEndpoints(given, {})).toBe(given);
  expect(withEndpoints(given, { one: "unix:///var/run/docker.sock" })).toBe(
    given.replace('"ssh://a@old"', '"unix:///var/run/docker.sock"'),
  );
  expect(() => withEndpoints(given, { two: "ssh://a@new" })).toThrow(
    "--host two: the exported configuration has no such host",
  );
});
