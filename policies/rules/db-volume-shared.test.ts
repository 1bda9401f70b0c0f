import { cases, OURS, container, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./db-volume-shared";

const data = volume({ name: "data" }, { role: "database-data" });
const other = volume({ name: "other" }, { role: "service-data" });
const fresh = volume({ name: UNKNOWN }, { role: "database-data" });
const database = container(
  { mounts: [{ type: "volume", source: "data", target: "/x" }] },
  { role: "database" },
);

cases(rule, {
  pass: {
    "the database alone": [
      data,
      other,
      database,
      container({ mounts: [{ type: "volume", source: "other", target: "/x" }] }),
    ],
    "another volume in two": [
      other,
      container({ mounts: [{ type: "volume", source: "other", target: "/x" }] }, { name: "a" }),
      container({ mounts: [{ type: "volume", source: "other", target: "/x" }] }, { name: "b" }),
    ],
    "twice in the database": [
      data,
      container(
        {
          mounts: [
            { type: "volume", source: "data", target: "/x" },
            { type: "volume", source: "data", target: "/y" },
          ],
        },
        { role: "database" },
      ),
    ],
  },
  fail: {
    "two databases": [[data, database, { ...database, urn: `${database.urn}2` }], "so does another"],
    "a service, read-only": [
      data,
      database,
      container(
        { mounts: [{ type: "volume", source: "data", target: "/x", readOnly: true }] },
        { role: "service" },
      ),
    ],
    "in the short syntax": [
      data,
      database,
      container({ volumes: [{ volumeName: "data", containerPath: "/x" }] }),
    ],
    "another container alone": [
      [data, container({ mounts: [{ type: "volume", source: "data", target: "/x" }] })],
      "without being the database",
    ],
    "under a name that is not known yet": [
      fresh,
      container(
        { mounts: [{ type: "volume", source: UNKNOWN, target: "/x" }] },
        { role: "database", sources: { mounts: [fresh] } },
      ),
      container(
        { mounts: [{ type: "volume", source: UNKNOWN, target: "/x" }] },
        { sources: { mounts: [fresh] } },
      ),
    ],
  },
  unknown: {
    mounts: [data, database, container({ mounts: UNKNOWN })],
    role: [volume({ name: "data", labels: UNKNOWN }, OURS), database],
  },
});
