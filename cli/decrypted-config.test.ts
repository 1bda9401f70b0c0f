import { expect, it } from "vitest";
import { decryptedValues } from "./decrypted-config";

it("takes the stack's own values out of the engine's listing, as they were meant", () => {
  const listing = {
    "strongroom:product": { value: "demo", secret: false },
    "strongroom:stackKey": { value: "0123", secret: true },
    "strongroom:hosts": { value: '{"local":{"docker":"unix:///run/docker.sock"}}', objectValue: {} },
    "strongroom:localBuilds": { value: "true", secret: false },
    "aws:region": { value: "eu-west-3", secret: false },
    "strongroom:withheld": { secret: true },
  };
  expect(decryptedValues(JSON.stringify(listing))).toEqual({
    product: "demo",
    stackKey: "0123",
    hosts: { local: { docker: "unix:///run/docker.sock" } },
    localBuilds: true,
  });
});
