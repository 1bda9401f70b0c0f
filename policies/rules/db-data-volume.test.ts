import { cases, container, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./db-data-volume";

const data = volume({ name: "data" }, { role: "database-data" });
const other = volume({ name: "other" }, { role: "service-data" });
const fresh = volume({ name: UNKNOWN }, { role: "database-data", name: "fresh" });
const second = volume({ name: UNKNOWN }, { role: "database-data", name: "second" });

const database = (inputs: Record<string, unknown>, sources = {}) =>
  container(inputs, { role: "database", sources });
const at = (target: string, inputs = {}, source = "data") =>
  database({ mounts: [{ type: "volume", source, target }], ...inputs });

cases(rule, {
  pass: {
    "on its volume": [data, at("/var/lib/postgresql/data")],
    "on its volume, further up": [data, at("/var/lib/postgresql/")],
    "on its volume, with the data deeper": [
      data,
      at("/srv/data", { envs: ["A=b", "PGDATA=/srv/data/pgdata/", "C=d"] }),
    ],
    "in the short syntax": [
      data,
      database({ volumes: [{ volumeName: "data", containerPath: "/var/lib/postgresql/data" }] }),
    ],
    "under a name that is not known yet": [
      fresh,
      database(
        { mounts: [{ type: "volume", source: UNKNOWN, target: "/var/lib/postgresql/data" }] },
        { mounts: [fresh] },
      ),
    ],
    "beside a tmpfs": [
      data,
      at("/var/lib/postgresql/data", { tmpfs: { "/tmp": "", "/var/lib/postgresql/data2": "" } }),
    ],
    "on its volume, within another": [
      data,
      other,
      database({
        mounts: [
          { type: "volume", source: "other", target: "/var/lib" },
          { type: "volume", source: "data", target: "/var/lib/postgresql/data" },
        ],
      }),
    ],
    "a service without it": [container({}, { role: "service" })],
    "on its volume, with one of the same name on another host": [
      { ...data, provider: "a" },
      { ...data, provider: "b" },
      { ...at("/var/lib/postgresql/data"), provider: "b" },
    ],
    "a container of the user's own, whose labels the engine does not know": [container({ labels: UNKNOWN })],
  },
  fail: {
    "no mount": [[data, database({})], "on no volume"],
    "a mount elsewhere": [data, at("/var/lib/postgresql/data", { envs: ["PGDATA=/srv/data"] })],
    "a mount that begins alike": [data, at("/var/lib/postgresql/dat")],
    "another volume": [[data, other, at("/var/lib/postgresql/data", {}, "other")], "`mounts[0]`"],
    "a volume of somebody else": [data, at("/var/lib/postgresql/data", {}, "office")],
    "a volume of another host": [
      { ...data, provider: "a" },
      { ...at("/var/lib/postgresql/data"), provider: "b" },
    ],
    "a bind mount": [
      data,
      database({ mounts: [{ type: "bind", source: "data", target: "/var/lib/postgresql/data" }] }),
    ],
    "a volume without a name": [
      volume({}, { role: "database-data" }),
      database({ volumes: [{ containerPath: "/var/lib/postgresql/data" }] }),
    ],
    "a folder of the host": [
      data,
      database({ volumes: [{ hostPath: "/srv", containerPath: "/var/lib/postgresql/data" }] }),
    ],
    "a tmpfs over it": [
      [data, at("/var/lib/postgresql", { tmpfs: { "/var/lib/postgresql/data": "" } })],
      "`tmpfs./var/lib/postgresql/data`",
    ],
    "a part of it in memory": [
      data,
      at("/var/lib/postgresql/data", { tmpfs: { "/var/lib/postgresql/data/pg_wal": "" } }),
    ],
    "a part of it on another volume": [
      data,
      other,
      database({
        mounts: [
          { type: "volume", source: "data", target: "/var/lib/postgresql/data" },
          { type: "volume", source: "other", target: "/var/lib/postgresql/data/pg_wal" },
        ],
      }),
    ],
    "two that it may be": [
      fresh,
      second,
      database(
        { mounts: [{ type: "volume", source: UNKNOWN, target: "/var/lib/postgresql/data" }] },
        { mounts: [fresh, second] },
      ),
    ],
  },
  unknown: {
    mounts: [data, database({ mounts: UNKNOWN })],
    target: [data, database({ mounts: [{ type: "volume", source: "data", target: UNKNOWN }] })],
    environment: [data, at("/var/lib/postgresql/data", { envs: UNKNOWN })],
  },
});
