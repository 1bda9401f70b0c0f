import { cases, change, dataVolume, SECRET } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-db-volume";

const named = { name: "strongroom-test-database" };

cases(rule, {
  pass: {
    unchanged: dataVolume(named, named),
    made: dataVolume(undefined, named),
    "of another role": change(TYPES.volume, { name: "a" }, undefined, { role: "service-files" }),
    "the label on something else": change(TYPES.container, { name: "a" }, undefined, {
      role: "database-data",
    }),
  },
  fail: {
    deleted: [dataVolume(named, undefined), "no longer belong to the stack"],
    replaced: [
      dataVolume(named, named, { kind: "replace", diffs: ["driver", "labels"] }),
      "replaced (driver, labels)",
    ],
    renamed: [dataVolume(named, { name: "other" }), "another, empty volume"],
  },
  unjudgeable: {
    "name not known": dataVolume(named, { name: UNKNOWN }),
    "name secret": dataVolume(named, { name: SECRET }),
  },
});
