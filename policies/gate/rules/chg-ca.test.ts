import { cases, change } from "../testing/cases";
import { rule } from "./chg-ca";

const key = "tls:index/privateKey:PrivateKey";
const root = "tls:index/selfSignedCert:SelfSignedCert";
const kept = { $: { protect: true } };

cases(rule, {
  pass: {
    kept: change(key, kept, kept),
    made: change(key, undefined, kept),
    "a leaf's key": change(key, {}, undefined),
    "a leaf's key replaced": change(key, {}, {}, { kind: "replace" }),
    "something else that is protected": change("docker:index/volume:Volume", kept, undefined),
  },
  fail: {
    "key deleted": [change(key, kept, undefined), "deleted"],
    "key replaced": [change(key, kept, kept, { kind: "replace" }), "replaced"],
    "root updated": [
      change(root, kept, kept, { kind: "update", diffs: ["subject", "uses"] }),
      "change (subject, uses)",
    ],
  },
  unjudgeable: "what happens to a resource is always known",
});
