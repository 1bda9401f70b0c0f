import { databaseServers } from "../database";
import { each, type GateRule } from "../rule";
import { field, isObject, text, texts, Unjudgeable, type Values } from "../values";

/** The major version, which the health check's path to the server's programs names. */
function major(inputs: Values): string {
  const check = field(inputs, "healthcheck");
  const found = isObject(check) ? /\/postgresql\/(\d+)\//.exec(texts(check, "tests").join(" ")) : null;
  if (!found) throw new Unjudgeable("`healthcheck` does not name PostgreSQL's major version");
  return found[1]!;
}

export const rule: GateRule = {
  id: "chg-db-major",
  level: "mandatory",
  why: "PostgreSQL does not start on another major version's data, and no way leads back from a newer one.",
  remedy: "Change the image within the major version. A new major version needs a dump that is restored.",
  source: "PostgreSQL manual, 18.6 Upgrading a PostgreSQL Cluster",
  check({ changes }, report) {
    each(databaseServers(changes), report, (change) => {
      const { before, after } = change;
      if (!before || !after || text(before.inputs, "image") === text(after.inputs, "image")) return;
      const [old, next] = [major(before.inputs), major(after.inputs)];
      if (old !== next) report(change, `PostgreSQL ${old} would become ${next}`);
    });
  },
};
