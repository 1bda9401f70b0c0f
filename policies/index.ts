import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";
import site from "./site.json";
import { toPolicy } from "./support/policy";

/** Serves the pack to the engine that started this process; site.json holds what this site allows. */
new PolicyPack("strongroom", { policies: rules.map(toPolicy), enforcementLevel: "mandatory" }, site);
