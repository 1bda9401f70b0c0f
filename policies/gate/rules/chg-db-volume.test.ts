import { cases, change, database, dataVolume, SECRET, update } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-db-volume";

const named = { name: "strongroom-test-database" };

const $ = { protect: true, retainOnDelete: true };
const first = dataVolume({ ...named, $ }, { ...named, $ });
/** A volume that was filled from a backup and leaves the stack. */
const restored = (options = {}, label = "restored-from") =>
  dataVolume(
    {
      name: "strongroom-test-restored-12",
      labels: [
        { label: "strongroom.role", value: "database-data" },
        { label: `strongroom.${label}`, value: "000012-20260301T040000Z" },
      ],
      $: { protect: false, retainOnDelete: true, ...options },
    },
    undefined,
    { name: "database-restored-12" },
  );

/** A server on the volume of this name. */
const serverOn = (source: unknown) => {
  const server = { mounts: [{ type: "volume", source, target: "/data" }] };
  return database(server, server);
};
/** What the host has lost is made anew. */
const lost = (...servers: ReturnType<typeof serverOn>[]) => {
  const volume = dataVolume(undefined, named);
  return { update: { ...update([volume, ...servers]), missing: [volume.urn] } };
};

cases(rule, {
  pass: {
    unchanged: dataVolume(named, named),
    made: dataVolume(undefined, named),
    "restored, and the one before stays": [first, restored()],
    "made, with the server on it": [dataVolume(undefined, named), serverOn(named.name)],
    "lost, and the server on another": lost(serverOn("restored")),
    "lost, and no server": lost(),
    "lost, and something else on it": lost({ ...serverOn(named.name), role: "backup" }),
    "another one lost": {
      update: { ...update([dataVolume(undefined, named), serverOn(named.name)]), missing: ["other"] },
    },
    "of another role": change(TYPES.volume, { name: "a" }, undefined, { role: "service-files" }),
    "the label on something else": change(TYPES.container, { name: "a" }, undefined, {
      role: "database-data",
    }),
  },
  fail: {
    deleted: [dataVolume(named, undefined), "no longer belong to the stack"],
    "restored, without another": [restored(), "no longer belong to the stack"],
    "restored, beside one that loses its protection": [
      [dataVolume({ ...named, $ }, named), restored()],
      "no longer belong to the stack",
    ],
    "restored, beside one that was not protected": [
      [dataVolume(named, { ...named, $ }), restored()],
      "no longer belong to the stack",
    ],
    "restored, and really deleted": [
      [first, restored({ retainOnDelete: false })],
      "no longer belong to the stack",
    ],
    "restored, and protected since": [[first, restored({ protect: true })], "no longer belong to the stack"],
    "not restored, beside another": [[first, restored({}, "other")], "no longer belong to the stack"],
    replaced: [
      dataVolume(named, named, { kind: "replace", diffs: ["driver", "labels"] }),
      "replaced (driver, labels)",
    ],
    lost: [lost(serverOn(named.name)), "an empty one would take its place"],
    "lost, and one of two servers on it": [
      lost(serverOn("restored"), serverOn(named.name)),
      "an empty one would take its place",
    ],
    renamed: [dataVolume(named, { name: "other" }), "another, empty volume"],
  },
  unjudgeable: {
    "name not known": dataVolume(named, { name: UNKNOWN }),
    "lost, and what the server is on is not known": lost(serverOn(UNKNOWN)),
    "name that is no text": dataVolume(named, { name: 5 }),
    "name secret": dataVolume(named, { name: SECRET }),
  },
});
