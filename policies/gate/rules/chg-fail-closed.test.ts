import { cases, change, update } from "../testing/cases";
import { rule } from "./chg-fail-closed";

const pending = (residue: boolean) => ({
  update: { ...update([]), pending: [{ urn: "urn", name: "it", operation: "importing", residue }] },
});

cases(rule, {
  pass: {
    "what `up` began and did not end": pending(true),
    known: change("a:b:C", {}, {}),
    "an SDK's own provider": change(
      "pulumi:providers:tls",
      {},
      {},
      { name: "default_5_6_1", kind: "unjudged" },
    ),
  },
  fail: {
    "what nobody knows the end of": [pending(false), "nobody knows how `importing` ended"],
    unknown: [change("a:b:C", {}, {}, { kind: "unjudged" }), "what import together mean"],
    "a provider of ours": [
      change("pulumi:providers:docker", {}, {}, { name: "hosts-local", kind: "unjudged" }),
      "what import together mean",
    ],
  },
  unjudgeable: "this is the rule for what cannot be judged",
});
