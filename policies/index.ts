import { type PolicyPackConfig, PolicyPack } from "@pulumi/policy";
import { PACK } from "./gate/pack-finding";
import { rules } from "./rules";
import { siteConfig } from "./site";
import { toPolicy } from "./support/policy";

/** Serves the pack to the engine that started this process. */
new PolicyPack(PACK, { policies: rules.map(toPolicy), enforcementLevel: "mandatory" }, readable(siteConfig));

/** Ends the process with what is wrong alone: the engine shows all that a pack prints before it has started. */
function readable(read: () => PolicyPackConfig): PolicyPackConfig {
  try {
    return read();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
