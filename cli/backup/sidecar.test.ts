import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { demoRaw, settingsOf, testDigest, withValue } from "../../config/testing";
import { requiredReceiptKey } from "./sidecar";

let stackDir = "";
beforeEach(() => {
  stackDir = mkdtempSync(join(tmpdir(), "strongroom-receipts-"));
});
afterEach(() => rmSync(stackDir, { recursive: true }));

const key = Buffer.alloc(32, 1).toString("base64");
const settings = (receiptKey?: string) =>
  settingsOf(
    withValue(demoRaw(), "backup", {
      image: { id: testDigest },
      recipients: [`age1${"q".repeat(58)}`, `age1${"p".repeat(58)}`],
      ...(receiptKey === undefined ? {} : { receiptKey }),
    }),
  );

it("has no key for a restore on a machine that knows none, and keeps none", () => {
  expect(() => requiredReceiptKey({ stack: "test", stackDir }, settings())).toThrow("Give backup.receiptKey");
  expect(existsSync(join(stackDir, "backup-receipts.pub"))).toBe(false);
});

it("has the configured key, else the one that this machine saw first", () => {
  writeFileSync(join(stackDir, "backup-receipts.pub"), "seen\n");
  expect(requiredReceiptKey({ stack: "test", stackDir }, settings())).toBe("seen");
  expect(requiredReceiptKey({ stack: "test", stackDir }, settings(key))).toBe(key);
});
