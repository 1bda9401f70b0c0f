import { expect, it } from "vitest";
import type { BackupSettings, DatabaseSettings } from "../../config/settings";
import { sidecarSettings } from "./sidecar";

const database = { hostname: "database", port: 5432, name: "vault", dump: { role: "vault_dump" } };
/** What the sidecar is told to keep. */
const told = (classes: Partial<BackupSettings>): unknown => {
  const none = { keepDaily: 0, keepWeekly: 0, keepMonthly: 0 };
  const backup = { periodSeconds: 60, keep: 7, recipients: [], ...none, ...classes } as unknown;
  const text = sidecarSettings("test", backup as BackupSettings, database as DatabaseSettings);
  return (JSON.parse(text) as { keep: unknown }).keep;
};

it("tells the sidecar the bare number without age classes, so that an update of the project replaces nothing", () => {
  expect(told({})).toBe(7);
});

it.each(["daily", "weekly", "monthly"])("tells it all of them with one of them: %s", (name) => {
  const none = { last: 7, daily: 0, weekly: 0, monthly: 0 };
  expect(told({ [`keep${name[0]!.toUpperCase()}${name.slice(1)}`]: 3 })).toEqual({ ...none, [name]: 3 });
});
