import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "dns-wildcard",
  level: "mandatory",
  why: "With a wildcard every name anybody makes up leads to the edge, and nobody notices a forgotten one.",
  remedy: "Declare a record for each name that is served.",
  source: "strongroom; RFC 4592",
  types: [TYPES.dnsRecord],
  check({ inputs, report }) {
    if ((inputs.text("name") ?? "").startsWith("*")) report("`name` is a wildcard");
  },
};
