import { cases, change, update } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-dns";

const record = (before: unknown, after: unknown, type: unknown = "A", name = "it") =>
  change(
    "cloudflare:index/dnsRecord:DnsRecord",
    before ? { name: before, type } : undefined,
    after ? { name: after, type } : undefined,
    { name },
  );

cases(rule, {
  pass: {
    kept: record("a.example.com", "a.example.com"),
    "moved to another resource": [
      record("a.example.com", undefined),
      record(undefined, "a.example.com", "A", "other"),
    ],
    "of no live domain": record("b.example.com", undefined),
    "of a previous name after its date": {
      update: update([record("old.example.com", undefined)], {
        before: { previous: [{ service: "server", name: "old.example.com", until: "2026-11-01" }] },
      }),
    },
    "nothing live yet": {
      update: update([record("a.example.com", undefined)], { live: [], then: undefined }),
    },
    "of another type of resource": change("cloudflare:index/x:X", { name: "a.example.com" }, undefined),
  },
  fail: {
    deleted: [record("a.example.com", undefined), "a.example.com would lose its record"],
    renamed: [record("a.example.com", "b.example.com"), "a.example.com would lose its record"],
    "together with its domain": [
      { update: update([record("a.example.com", undefined)], { then: [] }) },
      "a.example.com would lose its record",
    ],
    "of a name that is still redirected": [
      {
        update: update([record("old.example.com", undefined)], {
          after: { previous: [{ service: "server", name: "old.example.com", until: "2026-12-31" }] },
        }),
      },
      "old.example.com would lose its record",
    ],
    "only IPv6 is left": [
      [record("a.example.com", undefined), record(undefined, "a.example.com", "AAAA", "other")],
      "a.example.com would lose its record",
    ],
  },
  unjudgeable: { "name not known before": record(UNKNOWN, undefined) },
});
