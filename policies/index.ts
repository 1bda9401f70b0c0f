import { type PolicyPackConfig, PolicyPack } from "@pulumi/policy";
import { exceptedRules } from "./excepted";
import { PACK } from "./gate/pack-finding";
import { rules } from "./rules";
import { siteConfig } from "./site";
import { toExceptedPolicy, toPolicy } from "./support/policy";

const excepted = exceptedRules();

/** Serves the pack to the engine that started this process. */
new PolicyPack(
  PACK,
  {
    policies: rules.flatMap((rule) => {
      const answers = excepted.get(rule.id);
      return answers ? [toPolicy(rule, answers), toExceptedPolicy(rule, answers)] : [toPolicy(rule)];
    }),
    enforcementLevel: "mandatory",
  },
  readable(() => siteConfig(undefined, [...excepted.keys()])),
);

/** Ends the process with what is wrong alone: the engine shows all that a pack prints before it has started. */
function readable(read: () => PolicyPackConfig): PolicyPackConfig {
  try {
    return read();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
