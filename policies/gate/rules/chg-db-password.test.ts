import { action, cases, change, database, replica, SECRET } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-db-password";

const passwords = (a: unknown, b: unknown) => ({
  environment: { STRONGROOM_PASSWORD_A: a, STRONGROOM_PASSWORD_B: b },
});
const provision = (before?: object, after?: object) =>
  action({ ...before }, { ...after }, { name: "database-provision" });
const user = (role: string) => replica({ envs: ["X=1", `DATABASE_USER=${role}`] }, undefined);

cases(rule, {
  pass: {
    unchanged: [user("vault_a"), provision(passwords("1", "1"), passwords("1", "1"))],
    "the other role's": [user("vault_a"), provision(passwords("1", "1"), passwords("1", "2"))],
    "known to the database alone": [
      database({ envs: ["X=vault_a"] }, undefined),
      provision(passwords("1", "1"), passwords("2", "1")),
    ],
    "nobody uses it": provision(passwords("1", "1"), passwords("2", "2")),
    "a user that is only made": [
      replica(undefined, { envs: ["DATABASE_USER=vault_a"] }),
      provision(passwords("1", "1"), passwords("2", "1")),
    ],
    "a role whose name ends alike": [
      user("other_vault_a"),
      provision(passwords("1", "1"), passwords("2", "1")),
    ],
    "no passwords before": [user("vault_a"), provision({}, passwords("2", "1"))],
    "no passwords after": [user("vault_a"), provision(passwords("2", "1"), {})],
    "of another action": [user("vault_a"), action(passwords("1", "1"), passwords("2", "1"))],
    "not an action": [
      user("vault_a"),
      change("x:y:Z", passwords("1", "1"), passwords("2", "1"), { name: "database-provision" }),
    ],
    "made now": [user("vault_a"), action(undefined, passwords("1", "1"), { name: "database-provision" })],
  },
  fail: {
    "the one in use": [
      [user("vault_a"), provision(passwords("1", "1"), passwords("2", "1"))],
      "password of vault_a",
    ],
    "the one in use, b": [
      [user("vault_b"), provision(passwords("1", "1"), passwords("1", "2"))],
      "password of vault_b",
    ],
  },
  unjudgeable: {
    "fingerprint not known": [user("vault_a"), provision(passwords("1", "1"), passwords(UNKNOWN, "1"))],
    "environment secret": [
      replica({ envs: SECRET }, undefined),
      provision(passwords("1", "1"), passwords("2", "1")),
    ],
  },
});
