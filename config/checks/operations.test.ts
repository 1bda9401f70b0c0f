import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors";
import { demoRaw, pathsOf, publicRaw, settingsOf, testDigest, withValue } from "../testing";

const alice = `age1${"q".repeat(57)}p`;
const bob = `age1${"q".repeat(57)}z`;

const image = { name: `registry.example.com/backup:15@${testDigest}` };
const privateKey = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;

describe("checkOperations", () => {
  it("encrypts backups to two different recipients at least", () => {
    const recipients = (list: string[]) =>
      pathsOf(withValue(publicRaw(), "backup", { image, recipients: list }));
    expect(recipients([alice, bob])).toEqual([]);
    expect(recipients([alice, alice])).toEqual(["backup.recipients.1"]);
    expect(recipients([alice])).toEqual(["backup.recipients"]);
    expect(recipients([alice, "age1bob"])).toEqual(["backup.recipients.1"]);
  });

  it("makes backups at intervals that end", () => {
    for (const frequency of ["daily", "0s", "1w", "-1d", "1.5h"]) {
      const raw = withValue(publicRaw(), "backup", { image, recipients: [alice, bob], frequency });
      expect(pathsOf(raw)).toEqual(["backup.frequency"]);
    }
  });

  it("takes the time between two backups in seconds, minutes, hours and days", () => {
    const period = (frequency: string) =>
      settingsOf(withValue(publicRaw(), "backup", { image, recipients: [alice, bob], frequency })).backup!
        .periodSeconds;
    expect(["90s", "5m", "6h", "1d"].map(period)).toEqual([90, 300, 21_600, 86_400]);
  });

  it("stops at a private age key wherever it is, and does not repeat it", () => {
    const places: [string, unknown, string][] = [
      ["backup", { image, recipients: [alice, privateKey] }, "backup.recipients.1"],
      ["backup", { image, recipients: [alice, privateKey.toLowerCase()] }, "backup.recipients.1"],
      ["backup", { image, recipients: [alice, bob], receiptKey: privateKey }, "backup.receiptKey"],
      ["services/server/environment", { NOTE: `key: ${privateKey}` }, "services.server.environment.NOTE"],
      ["smtp", { host: "smtp.example.com", user: "u", password: privateKey }, "smtp.password"],
      ["unknown", [{ [privateKey]: 1 }], "unknown.0"],
    ];
    for (const [path, value, where] of places) {
      const raw = withValue(demoRaw(), path, value);
      expect(pathsOf(raw), where).toContain(where);
      const message = messageOf(raw);
      expect(message, where).toContain("holds a private age key");
      expect(message.toUpperCase(), where).not.toContain(privateKey);
    }
  });

  it("opens windows of some length in a time zone that exists", () => {
    const window = (change: object) =>
      pathsOf(
        withValue(publicRaw(), "maintenance", {
          windows: [{ days: ["tue"], from: "22:00", to: "02:00", zone: "Europe/Zurich", ...change }],
        }),
      );
    expect(window({})).toEqual([]);
    expect(window({ to: "22:00" })).toEqual(["maintenance.windows.0.to"]);
    expect(window({ zone: "Europe/Zürich" })).toEqual(["maintenance.windows.0.zone"]);
    expect(window({ from: "24:00" })).toEqual(["maintenance.windows.0.from"]);
    expect(window({ days: ["tuesday"] })).toEqual(["maintenance.windows.0.days.0"]);
  });
});

/** What a person reads of a configuration that is wrong. */
function messageOf(raw: Record<string, unknown>): string {
  try {
    settingsOf(raw);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
