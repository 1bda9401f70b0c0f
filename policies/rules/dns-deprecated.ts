import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "dns-deprecated",
  level: "mandatory",
  why: "The provider keeps the old type for compatibility only, and no other rule looks at it.",
  remedy: "Use cloudflare.DnsRecord, with an alias to the old resource so that the record is kept.",
  source: "Pulumi Cloudflare provider 6, migration notes",
  types: [TYPES.oldDnsRecord],
  check({ report }) {
    report("the type cloudflare.Record is deprecated");
  },
};
