import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./dns-deprecated";

cases(rule, {
  pass: { "the new type": resource("cloudflare:index/dnsRecord:DnsRecord", { content: UNKNOWN }) },
  fail: {
    "the old type": resource("cloudflare:index/record:Record"),
    "the old type with unknown content": resource("cloudflare:index/record:Record", { content: UNKNOWN }),
  },
  unknown: "it goes by the type, which is always known",
});
