import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Types that the rules of this pack know. Components (`strongroom:`) have no effect of their own. */
const KNOWN: readonly string[] = [
  ...Object.values(TYPES),
  "pulumi:pulumi:Stack",
  "pulumi:providers:tls",
  "pulumi:providers:cloudflare",
];

export const rule: ResourceRule<{ types: readonly string[] }> = {
  id: "stk-closed-world",
  level: "mandatory",
  why: "A resource of a type that no rule knows is judged by none.",
  remedy:
    "Use a type that is known; a further one, such as a component of your own, is listed in policies/site.json, with rules for it if it has effects.",
  source: "strongroom",
  types: "all",
  settings: {
    defaults: { types: [] },
    schema: {
      types: {
        type: "array",
        items: { type: "string" },
        description: "Further types that the program may use",
      },
    },
  },
  check({ type, report }, { types }) {
    if (type.startsWith("strongroom:") || KNOWN.includes(type) || types.includes(type)) return;
    report(`no rule knows the type ${type}`);
  },
};
