import { describe, expect, it } from "vitest";
import { pathsOf, publicRaw, withValue } from "../testing";

const alice = `age1${"q".repeat(57)}p`;
const bob = `age1${"q".repeat(57)}z`;

describe("checkOperations", () => {
  it("encrypts backups to two different recipients at least", () => {
    const recipients = (list: string[]) => pathsOf(withValue(publicRaw(), "backup", { recipients: list }));
    expect(recipients([alice, bob])).toEqual([]);
    expect(recipients([alice, alice])).toEqual(["backup.recipients.1"]);
    expect(recipients([alice])).toEqual(["backup.recipients"]);
    expect(recipients([alice, "AGE-SECRET-KEY-1"])).toEqual(["backup.recipients.1"]);
  });

  it("makes backups at intervals that end", () => {
    for (const frequency of ["daily", "0s", "1w", "-1d", "1.5h"]) {
      const raw = withValue(publicRaw(), "backup", { recipients: [alice, bob], frequency });
      expect(pathsOf(raw)).toEqual(["backup.frequency"]);
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
