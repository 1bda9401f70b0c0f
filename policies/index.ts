import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";
import { siteConfig } from "./site";
import { toPolicy } from "./support/policy";

/** Serves the pack to the engine that started this process. */
new PolicyPack("strongroom", { policies: rules.map(toPolicy), enforcementLevel: "mandatory" }, siteConfig());
