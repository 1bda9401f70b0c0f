import { PolicyPack } from "@pulumi/policy";
import { PACK } from "./gate/pack-finding";
import { rules } from "./rules";
import { siteConfig } from "./site";
import { toPolicy } from "./support/policy";

/** Serves the pack to the engine that started this process. */
new PolicyPack(PACK, { policies: rules.map(toPolicy), enforcementLevel: "mandatory" }, siteConfig());
