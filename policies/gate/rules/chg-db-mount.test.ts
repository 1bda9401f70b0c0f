import { cases, database, replica } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-db-mount";

const mount = (source: unknown, target = "/data", type = "volume") => ({
  mounts: [{ type, source, target }],
});

cases(rule, {
  pass: {
    unchanged: database(mount("v"), mount("v")),
    made: database(undefined, mount("v")),
    removed: database(mount("v"), undefined),
    "another order": database(
      { mounts: [...mount("a").mounts, ...mount("b").mounts] },
      { mounts: [...mount("b").mounts, ...mount("a").mounts] },
    ),
    "another mount that holds no data": database(mount("v"), {
      mounts: [...mount("v").mounts, ...mount("x", "/run", "tmpfs").mounts],
    }),
    "of a service": replica(mount("v"), mount("w")),
  },
  fail: {
    "another volume": [database(mount("v"), mount("w")), "another volume or folder"],
    "another folder": [database(mount("v"), mount("v", "/other")), "another volume or folder"],
    "no volume": [database(mount("v"), {}), "another volume or folder"],
  },
  unjudgeable: {
    "source not known": database(mount("v"), mount(UNKNOWN)),
    "mounts not known": database(mount("v"), { mounts: UNKNOWN }),
    "no list": database(mount("v"), { mounts: "v" }),
    "no objects": database(mount("v"), { mounts: ["v"] }),
  },
});
