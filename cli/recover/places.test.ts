import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { others, place, unpack } from "./places";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-places-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const context = () => ({
  stack: "prod",
  stackDir: join(folder, "home/stacks/prod"),
  checkout: join(folder, "checkout"),
});
const bundle = (manifest: object = {}) => [
  {
    name: "manifest.json",
    content: JSON.stringify({
      schema: 1,
      stack: "prod",
      images: [],
      certificates: { "certificates/1.pem": "certs/a.pem" },
      ...manifest,
    }),
  },
  { name: "Pulumi.prod.yaml", content: "config: {}\n" },
  { name: "state.json", content: "{}" },
  { name: "certificates/1.pem", content: "PEM" },
  { name: "stack/passphrase", content: "words" },
  { name: "stack/archives/a.json", content: "{}" },
];

it("puts keys into the stack's folder, for their owner alone, and certificates where they were", () => {
  const { files, configuration, state } = unpack(context(), bundle());
  expect([configuration, state]).toEqual(["config: {}\n", "{}"]);
  place(files);
  const passphrase = join(context().stackDir, "passphrase");
  expect(readFileSync(passphrase, "utf8")).toBe("words");
  expect(statSync(passphrase).mode & 0o777).toBe(0o600);
  expect(statSync(context().stackDir).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, "checkout/certs/a.pem"), "utf8")).toBe("PEM");
});

it("names files that hold something else, and not those that are the same", () => {
  const { files } = unpack(context(), bundle());
  place(files);
  expect(others(files)).toEqual([]);
  writeFileSync(join(context().stackDir, "passphrase"), "mine");
  expect(others(files)).toEqual([join(context().stackDir, "passphrase")]);
});

it("refuses an export of another stack, one that is not whole, and one that leads out of the checkout", () => {
  expect(() => unpack(context(), bundle({ stack: "other" }))).toThrow("give --stack other");
  expect(() =>
    unpack(
      context(),
      bundle().filter(({ name }) => name !== "state.json"),
    ),
  ).toThrow("has no state.json");
  for (const path of ["../a.pem", "/etc/a.pem"])
    expect(() => unpack(context(), bundle({ certificates: { "certificates/1.pem": path } }))).toThrow(
      "outside of the checkout",
    );
});
