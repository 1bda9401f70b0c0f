import { cases, update } from "../testing/cases";
import { rule } from "./chg-domain";

cases(rule, {
  pass: {
    kept: { update: update([]) },
    "one more": { update: update([], { live: ["a.example.com"], then: ["a.example.com", "b.example.com"] }) },
    "none yet": { update: update([], { live: [], then: ["a.example.com"] }) },
    "a program that failed": {
      update: { ...update([]), outputs: { before: update([]).outputs.before, after: undefined } },
    },
  },
  fail: {
    dropped: [
      { update: update([], { live: ["a.example.com", "b.example.com"], then: ["b.example.com"] }) },
      "test: a.example.com would no longer be served",
    ],
    renamed: [{ update: update([], { then: ["b.example.com"] }) }, "a.example.com would no longer be served"],
    "all gone": [{ update: update([], { then: [] }) }, "a.example.com would no longer be served"],
    "without a stack to name": [
      { update: { ...update([], { then: [] }), changes: [] } },
      "a.example.com would no longer be served",
    ],
  },
  unjudgeable: "the domains are literal in the configuration",
});
