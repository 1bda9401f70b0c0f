import { cases, resource, UNKNOWN } from "../testing/cases";
import { TYPES } from "../support/types";
import { rule } from "./dns-origin";

const record = (inputs: object, name = "own") => resource(TYPES.dnsRecord, { ...inputs }, { name });
const ours = resource(
  TYPES.dnsRecord,
  { type: "A", name: "vault.example.com", content: "203.0.113.10" },
  { parents: ["strongroom:dns:Dns"], name: "dns-vault" },
);

cases(rule, {
  pass: {
    "the stack's own": ours,
    "the same address": [record({ type: "A", content: "203.0.113.10" }), ours],
    "an alias of the stack's name": [ours, record({ type: "CNAME", content: "Vault.example.com." })],
    "a listed address": {
      settings: { allowed: ["2001:DB8::1"] },
      of: record({ type: "AAAA", content: "2001:db8::1" }),
    },
    "a listed name": {
      settings: { allowed: ["status.example.net."] },
      of: record({ type: "cname", content: "status.example.net" }),
    },
    "a text": record({ type: "TXT", content: "v=spf1 -all" }),
    "another resource": resource(TYPES.volume, { type: "A", content: "198.51.100.1" }),
  },
  fail: {
    "another address": [
      [ours, record({ type: "A", content: "203.0.113.11" })],
      "leads to nothing that this stack has",
    ],
    "another IPv6 address": record({ type: "AAAA", content: "2001:db8::1" }),
    "another name": [ours, record({ type: "cname", content: "old.example.net" })],
    "the same as another of one's own": [
      record({ type: "A", content: "198.51.100.1" }),
      record({ type: "A", content: "198.51.100.1" }, "second"),
    ],
    "a proxied one": [ours, record({ type: "A", content: "198.51.100.1", proxied: true })],
    nothing: [ours, record({ type: "A" })],
    "one after one that cannot be judged": [
      [record({ type: "A", content: UNKNOWN }), record({ type: "A", content: "198.51.100.1" }, "second")],
      "leads to nothing",
    ],
  },
  unknown: {
    content: [ours, record({ type: "A", content: UNKNOWN })],
    type: [ours, record({ type: UNKNOWN, content: "203.0.113.11" })],
  },
});
