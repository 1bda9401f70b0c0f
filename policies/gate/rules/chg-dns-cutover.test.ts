import { TYPES } from "../../support/types";
import { cases, change, update } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-dns-cutover";

const address = (content: unknown, more: object = {}) => ({
  name: "a.example.com",
  type: "A",
  content,
  ttl: 301,
  ...more,
});
const record = (before: object | undefined, after: object | undefined, name = "it") =>
  change(TYPES.dnsRecord, before && { ...before }, after && { ...after }, { name });
const [old, next] = [address("203.0.113.1"), address("203.0.113.2")];

cases(rule, {
  pass: {
    "the same": record(old, old),
    "after the time to live was lowered": record({ ...old, ttl: 300 }, next),
    "lowered now": record(old, { ...old, ttl: 60 }),
    "one more": [record(old, old), record(undefined, next, "second")],
    "moved to another resource": [record(old, undefined), record(undefined, old, "second")],
    "a name that loses its record, which another rule refuses": record(old, undefined),
    "of no live name": record({ ...old, name: "b.example.com" }, { ...next, name: "b.example.com" }),
    "a text": record(address("x", { type: "TXT" }), address("y", { type: "TXT" })),
    "a text that is not known yet": [
      record(old, old),
      record(undefined, address(UNKNOWN, { type: "TXT" }), "text"),
    ],
    "a name that keeps a text alone, which another rule refuses": [
      record(old, undefined),
      record(undefined, address("x", { type: "TXT" }), "text"),
    ],
    "behind the proxy": record({ ...old, proxied: true }, { ...next, proxied: true }),
    "of another type of resource": change("cloudflare:index/x:X", { ...old }, { ...next }),
    "nothing live yet": { update: update([record(old, next)], { live: [], then: undefined }) },
  },
  fail: {
    "another address": [
      record(old, next),
      "it: a.example.com would lead elsewhere, and caches keep the old address for up to 301 s",
    ],
    "another IPv6 address": [
      record(address("2001:db8::1", { type: "AAAA" }), address("2001:db8::2", { type: "AAAA" })),
      "would lead elsewhere",
    ],
    "another alias": [
      record(address("x.example.com", { type: "CNAME" }), address("y.example.com", { type: "CNAME" })),
      "would lead elsewhere",
    ],
    "another address, with the time to live lowered at once": [
      record(old, { ...next, ttl: 60 }),
      "would lead elsewhere",
    ],
    "one of two": [[record(old, old), record(next, undefined, "second")], "second: a.example.com would lead"],
    "behind the proxy from now on": [record(old, { ...old, proxied: true }), "would lead elsewhere"],
    "of a name that goes": [
      { update: update([record(old, next)], { then: [] }) },
      "a.example.com would lead elsewhere",
    ],
    "of a name that is still redirected": [
      {
        update: update([record({ ...old, name: "old.example.com" }, { ...next, name: "old.example.com" })], {
          after: { previous: [{ service: "server", name: "old.example.com", until: "2026-12-31" }] },
        }),
      },
      "old.example.com would lead elsewhere",
    ],
  },
  unjudgeable: {
    "address that is not known yet": record(old, address(UNKNOWN)),
    "time to live that is no number": record({ ...old, ttl: "1h" }, next),
    "time to live not known": record({ ...old, ttl: UNKNOWN }, next),
  },
});
