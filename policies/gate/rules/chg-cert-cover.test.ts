import { cases, change, update } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-cert-cover";

const request = (before: unknown, after: unknown, name = "it") =>
  change(
    "tls:index/certRequest:CertRequest",
    before ? { dnsNames: before } : undefined,
    after ? { dnsNames: after } : undefined,
    { name },
  );
const a = ["a.example.com"];

cases(rule, {
  pass: {
    kept: request(a, a),
    "a new generation": [request(undefined, a, "two"), request(a, undefined)],
    "a name more": request(a, [...a, "b.example.com"]),
    "of a name that goes": { update: update([request(a, undefined)], { then: ["b.example.com"] }) },
    "by ACME from now on": {
      update: update([request(a, undefined)]),
      facts: { certificates: { "a.example.com": "acme" } },
    },
    "the operator's from now on": {
      update: update([request(a, undefined)]),
      facts: { certificates: { "a.example.com": "custom" } },
    },
    "another resource": change("tls:index/privateKey:PrivateKey", { dnsNames: a }, undefined),
    "a program that failed": {
      update: { ...update([request(a, undefined)]), outputs: { before: {}, after: undefined } },
    },
  },
  fail: {
    removed: [request(a, undefined), "no certificate would cover a.example.com"],
    "of a name that is still redirected": [
      {
        update: update([request(a, undefined)], {
          then: ["b.example.com"],
          after: { previous: [{ service: "server", name: "a.example.com", until: "2026-12-31" }] },
        }),
      },
      "no certificate would cover a.example.com",
    ],
    "without the name": [request(a, ["b.example.com"]), "no certificate would cover a.example.com"],
    "still a private one by the configuration": [
      { update: update([request(a, undefined)]), facts: { certificates: { "a.example.com": "private-ca" } } },
      "no certificate would cover a.example.com",
    ],
  },
  unjudgeable: {
    "names not known before": { update: update([request(UNKNOWN, undefined)]) },
  },
});
