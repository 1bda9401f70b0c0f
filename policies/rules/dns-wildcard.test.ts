import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./dns-wildcard";

const record = (inputs: object) => resource("cloudflare:index/dnsRecord:DnsRecord", { ...inputs });

cases(rule, {
  pass: {
    "a name": record({ name: "vault.example.com" }),
    "a star elsewhere": record({ name: "a*.example.com" }),
  },
  fail: { "a wildcard": record({ name: "*.example.com" }), "a star alone": record({ name: "*" }) },
  unknown: { name: record({ name: UNKNOWN }) },
});
