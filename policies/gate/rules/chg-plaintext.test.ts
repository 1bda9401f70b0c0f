import { CANARY, cases, replica, SECRET } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-plaintext";

cases(rule, {
  pass: {
    "still secret": replica({ envs: SECRET }, { envs: SECRET }),
    "not known yet": replica({ envs: SECRET }, { envs: UNKNOWN }),
    gone: replica({ envs: SECRET }, {}),
    "gone from within": replica({ a: { b: SECRET } }, { a: {} }),
    null: replica({ envs: SECRET }, { envs: null }),
    "never secret": replica({ envs: "x", list: ["a"] }, { envs: CANARY, list: ["b"] }),
    "another form": replica({ a: { b: SECRET } }, { a: [SECRET] }),
    "a list that was an object": replica({ a: [SECRET] }, { a: { 0: "x" } }),
    removed: replica({ envs: SECRET }, undefined),
    made: replica(undefined, { envs: CANARY }),
  },
  fail: {
    "a field": [replica({ envs: SECRET }, { envs: CANARY }), "`envs` was a secret"],
    "within an object": [replica({ a: { b: SECRET } }, { a: { b: CANARY } }), "`a.b` was a secret"],
    "within a list": [replica({ a: ["x", SECRET] }, { a: ["x", CANARY] }), "`a.1` was a secret"],
    "an empty one": [replica({ envs: SECRET }, { envs: "" }), "`envs` was a secret"],
  },
  unjudgeable: "a value that is not known yet is not in state: it is judged when it is",
});
