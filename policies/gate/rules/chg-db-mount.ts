import { databaseServers } from "../database";
import { each, type GateRule } from "../rule";
import { objects, text, type Values } from "../values";

const isData = (mount: Values) => text(mount, "type") === "volume";
const places = (inputs: Values) =>
  objects(inputs, "mounts")
    .filter(isData)
    .map((mount) => `${text(mount, "source")} ${text(mount, "target")}`)
    .sort()
    .join();

export const rule: GateRule = {
  id: "chg-db-mount",
  level: "mandatory",
  why: "PostgreSQL makes a new, empty database wherever it finds none.",
  remedy: "Leave volume and mount of the database as they are.",
  source: "strongroom",
  check({ changes }, report) {
    each(databaseServers(changes), report, (change) => {
      const { before, after } = change;
      if (before && after && places(before.inputs) !== places(after.inputs))
        report(change, "`mounts` differs: the database would start on another volume or folder");
    });
  },
};
