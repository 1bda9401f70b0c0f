import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./dns-private-ip";

const record = (inputs: object) => resource("cloudflare:index/dnsRecord:DnsRecord", { ...inputs });

cases(rule, {
  pass: {
    "a public address": record({ type: "A", content: "198.41.0.4" }),
    "a public IPv6 address": record({ type: "AAAA", content: "2620:fe::fe" }),
    "an address of the documentation": record({ type: "A", content: "203.0.113.10" }),
    "an alias": record({ type: "CNAME", content: "vault.example.com" }),
    "an alias that begins alike": record({ type: "CNAME", content: "internal.example.com" }),
    "a text": record({ type: "TXT", content: "10.0.0.1" }),
  },
  fail: {
    ...Object.fromEntries(
      [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
      ].map((content) => [content, record({ type: "A", content })]),
    ),
    ...Object.fromEntries(
      ["fd00::1", "::1", "fe80::1", "ff02::1", "::", "::ffff:10.0.0.1"].map((content) => [
        content,
        record({ type: "aaaa", content }),
      ]),
    ),
    "no address": [record({ type: "A", content: "vault.example.com" }), "is not an address"],
    nothing: record({ type: "AAAA" }),
    ...Object.fromEntries(
      ["localhost", "vault.local", "db.internal.", "nas.home.arpa"].map((content) => [
        content,
        record({ type: "CNAME", content }),
      ]),
    ),
  },
  unknown: {
    content: record({ type: "A", content: UNKNOWN }),
    type: record({ type: UNKNOWN, content: "10.0.0.1" }),
  },
});
