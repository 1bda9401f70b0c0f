import { cases, change } from "../testing/cases";
import { rule } from "./chg-fail-closed";

cases(rule, {
  pass: {
    known: change("a:b:C", {}, {}),
    "an SDK's own provider": change(
      "pulumi:providers:tls",
      {},
      {},
      { name: "default_5_6_1", kind: "unjudged" },
    ),
  },
  fail: {
    unknown: [change("a:b:C", {}, {}, { kind: "unjudged" }), "what import together mean"],
    "a provider of ours": [
      change("pulumi:providers:docker", {}, {}, { name: "hosts-local", kind: "unjudged" }),
      "what import together mean",
    ],
  },
  unjudgeable: "this is the rule for what cannot be judged",
});
