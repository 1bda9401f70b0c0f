import { UNKNOWN } from "../values";
import { TYPES } from "../../support/types";
import { cases, change, replica, SECRET, sidecar } from "../testing/cases";
import { rule } from "./chg-backup";

const told = (settings: object) => ({
  envs: ["OTHER=1", `STRONGROOM_BACKUP=${JSON.stringify({ recipients: [], ...settings })}`],
});
const HOUR = 3_600;
const plan = (keep: number, periodSeconds: number) => told({ keep, periodSeconds });
const before = plan(28, 6 * HOUR);
/** Every six hours; of the last days, weeks and months besides. */
const classes = (last: number, daily: number, weekly: number, monthly: number) =>
  told({ keep: { last, daily, weekly, monthly }, periodSeconds: 6 * HOUR });

cases(rule, {
  pass: {
    "the same": sidecar(before, before),
    more: sidecar(before, plan(29, 6 * HOUR)),
    "more often, for as long": sidecar(before, plan(56, 3 * HOUR)),
    "classes beside them": sidecar(before, classes(28, 0, 4, 12)),
    "none beside them, for as long": sidecar(before, classes(28, 0, 0, 0)),
    "a class that another covers": sidecar(classes(28, 7, 4, 0), classes(28, 0, 4, 0)),
    "first backups": sidecar(undefined, plan(1, 24 * HOUR)),
    "other recipients": sidecar(before, told({ keep: 28, periodSeconds: 6 * HOUR, recipients: ["age1"] })),
    "another name": [
      sidecar(before, undefined),
      sidecar(undefined, before, { name: "backup-other", kind: "create" }),
    ],
    "a shipper of another name": [
      sidecar({}, undefined, { role: "shipper", name: "shipper-a" }),
      sidecar(undefined, {}, { role: "shipper", name: "shipper-b", kind: "create" }),
    ],
    "an archiver of another name": [
      sidecar({}, undefined, { role: "wal", name: "wal-a" }),
      sidecar(undefined, {}, { role: "wal", name: "wal-b", kind: "create" }),
    ],
    "the archive's volume": change(TYPES.volume, {}, undefined, { role: "wal" }),
    "the shipper's volume": change(TYPES.volume, {}, undefined, { role: "shipper" }),
    "something else that goes": sidecar({}, undefined, { role: "service" }),
    "something else with such a variable": replica(before, plan(1, HOUR)),
    "a volume for backups": sidecar(before, before, { kind: "replace" }),
  },
  fail: {
    fewer: [sidecar(before, plan(27, 6 * HOUR)), "backups would be kept for 162 h in place of 168 h"],
    "more often, and no more of them": [
      sidecar(before, plan(28, HOUR)),
      "backups would be kept for 28 h in place of 168 h",
    ],
    "more seldom, for as long": [
      sidecar(before, plan(14, 12 * HOUR)),
      "backup-sidecar: one would be made every 12 h in place of every 6 h",
    ],
    "fewer and more seldom": [
      sidecar(plan(2, 4), plan(1, 5)),
      "backups would be kept for 5 s in place of 8 s, and one would be made every 5 s in place of every 4 s",
    ],
    "fewer of a class": [
      sidecar(classes(28, 0, 4, 12), classes(28, 0, 4, 11)),
      "backup-sidecar: one of each month would be kept for 7392 h in place of 8064 h",
    ],
    "no classes any more": [
      sidecar(classes(28, 14, 8, 12), before),
      "one backup of each day would be kept for 168 h in place of 336 h, and one of each week would be kept for 168 h in place of 1344 h, and one of each month would be kept for 168 h in place of 8064 h",
    ],
    "fewer, and one of each day in their place": [
      sidecar(before, classes(4, 7, 0, 0)),
      "backups would be kept for 24 h in place of 168 h",
    ],
    "fewer of a class that others go with": [
      sidecar(classes(4, 14, 0, 0), classes(4, 7, 0, 0)),
      "backup-sidecar: one backup of each day would be kept for 168 h in place of 336 h",
    ],
    "fewer, under another name": [
      [sidecar(before, undefined), sidecar(undefined, plan(1, 6 * HOUR), { name: "backup-other" })],
      "backup-other: backups would be kept for 6 h",
    ],
    "none off the host": [
      sidecar({}, undefined, { role: "shipper", name: "shipper-sidecar" }),
      "shipper-sidecar: backups would not be copied off the host any more",
    ],
    "no log": [
      sidecar({}, undefined, { role: "wal", name: "wal-sidecar" }),
      "wal-sidecar: the log would not be archived any more",
    ],
    none: [sidecar(before, undefined), "no backups would be made any more"],
  },
  unjudgeable: {
    "secret settings": sidecar(before, { envs: SECRET }),
    "settings that are not known yet": sidecar(before, { envs: UNKNOWN }),
    "no settings": sidecar(before, { envs: ["OTHER=1"] }),
    "settings of another form": sidecar(before, { envs: ["STRONGROOM_BACKUP=keep"] }),
    "settings without a number": sidecar(before, told({ periodSeconds: 6 * HOUR })),
    "settings without a period": sidecar(before, told({ keep: 28 })),
    "settings before that nobody knows": sidecar({ envs: SECRET }, before),
  },
});
