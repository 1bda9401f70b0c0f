import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./bak-schedule";

const HOUR = 3_600;
const told = (settings: object, role = "backup") =>
  container({ envs: ["OTHER=1", `STRONGROOM_BACKUP=${JSON.stringify(settings)}`] }, { role });
const sidecar = (periodSeconds: number, keep: number | object) => told({ periodSeconds, keep });
const front = container({ ports: [{ ip: "127.0.0.1" }] }, { role: "edge-front", name: "front" });

cases(rule, {
  pass: {
    "every six hours, for a week": sidecar(6 * HOUR, 28),
    "every day, for a week": sidecar(24 * HOUR, 7),
    "of each day for a week": sidecar(6 * HOUR, { last: 4, daily: 7, weekly: 0, monthly: 0 }),
    "on this machine only": [front, sidecar(4, 2)],
    "as the site has it": { settings: { longestHours: 48, shortestDays: 2 }, of: sidecar(48 * HOUR, 1) },
    "another container": told({ periodSeconds: 4, keep: 1 }, "service"),
  },
  fail: {
    "more seldom": [[sidecar(25 * HOUR, 30)], "makes a backup every 25 h only"],
    shorter: [[sidecar(6 * HOUR, 27)], "keeps backups for 6.75 d only"],
    "of each day for less": [
      [sidecar(6 * HOUR, { last: 4, daily: 6, weekly: 0, monthly: 0 })],
      "keeps backups for 6 d only",
    ],
    "more seldom than the site has it": {
      settings: { longestHours: 12 },
      of: sidecar(13 * HOUR, 30),
    },
    "shorter than the site has it": { settings: { shortestDays: 30 }, of: sidecar(6 * HOUR, 28) },
    "told nothing": [[container({}, { role: "backup" })], "does not say how many backups are kept"],
    "told no number of copies": [[told({ periodSeconds: 4 })], "does not say"],
    "told no period": [[told({ keep: 28 })], "does not say"],
    "told something else": [
      [container({ envs: ["STRONGROOM_BACKUP=often"] }, { role: "backup" })],
      "does not say",
    ],
    "with the settings in another variable": [
      [container({ envs: ['OTHER={"periodSeconds":3600,"keep":200}'] }, { role: "backup" })],
      "does not say",
    ],
  },
  unknown: {
    settings: container({ envs: UNKNOWN }, { role: "backup" }),
    address: [container({ ports: [{ ip: UNKNOWN }] }, { role: "edge-front" }), sidecar(6 * HOUR, 28)],
  },
});
