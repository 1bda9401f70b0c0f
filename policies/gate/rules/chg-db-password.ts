import { TYPES } from "../../support/types";
import { isDefined } from "../containers";
import { each, type GateRule } from "../rule";
import { field, isObject, texts, type Values } from "../values";

export const rule: GateRule = {
  id: "chg-db-password",
  level: "mandatory",
  why: "The release in service still has the old password: it could open no new connection until its successor is up.",
  remedy:
    "Raise the generation of the role that is not in use and switch `database.roles.active` to it, in one edit.",
  source: "strongroom",
  check({ changes }, report, { databaseRoles }) {
    const users = changes
      .filter((change) => change.type === TYPES.container && change.role === "service")
      .map(({ before }) => before)
      .filter(isDefined);
    const provisions = changes.filter(
      ({ type, name }) => type === TYPES.command && name.endsWith("-provision"),
    );
    each(provisions, report, (change) => {
      for (const letter of ["a", "b"] as const) {
        const [old, next] = [change.before, change.after].map((side) => password(side?.inputs, letter));
        if (old === undefined || next === undefined || old === next) continue;
        // A product that takes secrets by environment has all of it secret: then nobody can say.
        if (
          users.some(({ inputs }) =>
            texts(inputs, "envs").some((env) => env.endsWith(`=${databaseRoles[letter]}`)),
          )
        )
          report(change, `the password of ${databaseRoles[letter]} would change, which the services use now`);
      }
    });
  },
};

/** Fingerprint of a role's password, which says whether it changes and nothing else. */
function password(inputs: Values | undefined, letter: "a" | "b"): unknown {
  const environment = inputs && field(inputs, "environment");
  return isObject(environment)
    ? field(environment, `STRONGROOM_PASSWORD_${letter.toUpperCase()}`)
    : undefined;
}
