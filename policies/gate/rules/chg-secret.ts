import { serviceContainers } from "../containers";
import { each, type GateRule } from "../rule";
import { stackOf } from "../update";
import { isSecret, texts, type Values } from "../values";

/** A variable that names a secret's file: components/service/environment.ts. */
const SECRET_FILE = /^(\w+)=\/run\/strongroom\/secrets\//;

export const rule: GateRule = {
  id: "chg-secret",
  level: "mandatory",
  why: "What was signed with a secret that is gone cannot be verified any more, and one that was retired may be known to others.",
  remedy:
    "Leave the service its secret; to rotate it, raise its generation by one. Where it was needed no longer, give an exception.",
  source: "strongroom",
  check(update, report, { generations }) {
    for (const { secret, applied, next } of generations) {
      if (applied !== undefined && next < applied)
        report(
          stackOf(update),
          `${secret} would go back from generation ${applied} to ${next}, which is retired`,
        );
    }
    for (const { before, after } of serviceContainers(update)) {
      const old = before.map((change) => change.before!.inputs);
      each(after, report, (change) => {
        const { inputs } = change.after!;
        const kept = secretsOf(inputs);
        // A product that takes secrets by environment has all of it secret; the policy pack sees into it.
        if (kept === "hidden") return;
        const taken = old.flatMap(namesOf).filter((name) => !kept.includes(name));
        if (taken.length > 0)
          report(change, `it would no longer be given ${[...new Set(taken)].sort().join(", ")}`);
      });
    }
  },
};

function namesOf(inputs: Values): string[] {
  const names = secretsOf(inputs);
  return names === "hidden" ? [] : names;
}

/** Names of the variables by which a container finds its secrets. @throws Unjudgeable when they are not known yet */
function secretsOf(inputs: Values): string[] | "hidden" {
  if (isSecret(inputs.envs)) return "hidden";
  return texts(inputs, "envs").flatMap((variable) => SECRET_FILE.exec(variable)?.[1] ?? []);
}
