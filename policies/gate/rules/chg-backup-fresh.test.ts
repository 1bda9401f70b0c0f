import { action, cases, database, dataVolume, type Given, replica, update } from "../testing/cases";
import type { BackupProof } from "../rule";
import { UNKNOWN } from "../values";
import { rule } from "./chg-backup-fresh";

const HOUR = 3_600;
/** FACTS.now is 2026-11-23T12:00:00Z. */
const made = (begun: string): BackupProof => ({ begun: new Date(begun), limitSeconds: 12 * HOUR });
const old = made("2026-11-22T12:00:00Z");
const missing: BackupProof = { missing: "no backup was ever proven" };
const unseen: BackupProof = { unseen: "the host does not answer", asksAgain: false };
const routed = action({}, {});
/** The routes stay as they are. */
const unmoved = action({}, {}, { kind: "same" });
/** What is there once a release has failed: the one before, and containers of its own. */
const both = (first: Given | undefined, second: Given | undefined, failed: Given = { image: "v2" }) => [
  replica({ image: "v1" }, first),
  replica(failed, second, { name: "server-2" }),
];
const [v1, v2] = [{ image: "v1" }, { image: "v2" }];
const unfinished = { image: "v2", $: { unfinished: true } };
const exchanged = [
  replica({ image: "v1" }, undefined),
  replica(undefined, { image: "v2" }, { name: "server-2" }),
];
const release = [...exchanged, routed];
const image = (before: unknown, after: unknown) => database({ image: before }, { image: after });
const on = (changes: Parameters<typeof update>[0], backup: BackupProof | undefined = old) => ({
  update: update(changes),
  facts: { backup },
});
const server = (source: string, version: string) => ({
  image: version,
  mounts: [{ type: "volume", source, target: "/data" }],
});

const VOLUME = { name: "data" };
const running = database(server("data", "p1"), server("data", "p1"), { kind: "same" });

cases(rule, {
  pass: {
    "a release after a fresh backup": on(release, made("2026-11-23T00:00:00Z")),
    "a stack without backups": { update: update(release) },
    "no release": on([routed, replica({ image: "v1" }, { image: "v1" })]),
    "more replicas of the release": on([
      routed,
      replica({ image: "v1" }, { image: "v1" }, { kind: "same" }),
      replica(undefined, { image: "v1" }, { name: "server-2" }),
    ]),
    "the first release that anybody reaches, after one that never came up": on([
      ...exchanged,
      action(undefined, {}),
    ]),
    "a release where the routes are gone": on(exchanged),
    "a release that failed, taken back": on([unmoved, ...both(v1, undefined)]),
    "a release whose start failed, taken back with other routes": on([
      routed,
      ...both(v1, undefined, unfinished),
    ]),
    "the rest of a release that the routes lead to already": on([unmoved, ...both(undefined, v2)]),
    "the release as it is, whose start failed": on([routed, replica({ ...v1, $: { unfinished: true } }, v1)]),
    "a service that is new": on([routed, replica(undefined, { image: "v1" })]),
    "a service that goes": on([routed, replica({ image: "v1" }, undefined)]),
    "the database restarted": on([image("p1", "p1")]),
    "a first database": on([database(undefined, { image: "p1" }), dataVolume(undefined, {})]),
    "the volume as it is": on([running, dataVolume(VOLUME, VOLUME, { kind: "same" })]),
    "a volume that no server is on": on([
      running,
      database(undefined, server("other", "p1"), { name: "database-postgres-other" }),
      dataVolume({ name: "other" }, undefined),
    ]),
    "a restore, with another release": on([
      ...release,
      database(server("a", "p1"), undefined),
      database(undefined, server("b", "p2"), { name: "database-postgres-b" }),
      dataVolume({ name: "a" }, undefined),
    ]),
    "the database taken away, which others judge": on([database({ image: "p1" }, undefined)]),
  },
  fail: {
    "a release, and an old backup": [
      on(release),
      "server would get another release, and the last proven backup is 24 h old; 12 h are allowed",
    ],
    "a second too old": [
      on(release, made("2026-11-22T23:59:59Z")),
      "the last proven backup is 12 h old; 12 h are allowed",
    ],
    "a part of an hour too old": [on(release, made("2026-11-22T23:45:00Z")), "is 12.2 h old"],
    "a release where it is": [
      on([routed, replica({ image: "v1" }, { image: "v2" })]),
      "another release, and",
    ],
    "one of two services": [
      on([
        routed,
        replica({ image: "v1" }, { image: "v1" }, { kind: "same" }),
        replica({ image: "v1" }, { image: "v2" }, { service: "api", name: "api" }),
      ]),
      "api would get another release",
    ],
    "a release that comes beside replicas that stay": [
      on([
        routed,
        replica({ image: "v1" }, { image: "v1" }, { kind: "same" }),
        replica(undefined, { image: "v2" }, { name: "server-2" }),
      ]),
      "server would get another release",
    ],
    "a release that failed, again": [
      on([routed, ...both(undefined, v2)]),
      "server would get another release, and",
    ],
    "a release whose start failed, again": [
      on([routed, ...both(undefined, v2, unfinished)]),
      "server would get another release, and",
    ],
    "the database's image": [on([image("p1", "p2")]), "the database would get another image, and"],
    "the volume deleted": [on([running, dataVolume(VOLUME, undefined)]), "database-database would go, and"],
    "the volume replaced": [
      on([running, dataVolume(VOLUME, VOLUME, { kind: "replace" })]),
      "database-database would go, and",
    ],
    "no backup": [on(release, missing), "server would get another release, and no backup was ever proven"],
    "nobody could look": [
      on(release, unseen),
      "whether a backup is fresh could not be seen: the host does not answer",
    ],
    "nobody could look, and somebody will": [
      on(release, { ...unseen, asksAgain: true }),
      "could not be seen",
    ],
  },
  unjudgeable: {
    "a volume that is not known": on([running, dataVolume({ name: UNKNOWN }, undefined)]),
    "a release that is not known": on([routed, replica({ image: "v1" }, { image: UNKNOWN })]),
    "a release that was not known": on([routed, replica({ image: UNKNOWN }, { image: "v1" })]),
    "a database's image that is not known": on([image("p1", UNKNOWN)]),
  },
});
