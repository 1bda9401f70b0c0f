import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** The config's minimum for a fast shutdown with its checkpoint, seconds. */
const MINIMUM = 60;

export const rule: ResourceRule = {
  id: "db-stop-grace",
  level: "mandatory",
  why: "A database that is killed has to recover before it answers again, and the provider kills at once unless it is told to wait.",
  remedy: "Set `destroyGraceSeconds` to 60 or more.",
  source: "strongroom; PostgreSQL manual, 19.5",
  types: [TYPES.container],
  check({ inputs, role, report }) {
    if (role !== "database") return;
    const seconds = inputs.number("destroyGraceSeconds");
    if (seconds === undefined || seconds < MINIMUM) report("`destroyGraceSeconds` is less than 60");
  },
};
