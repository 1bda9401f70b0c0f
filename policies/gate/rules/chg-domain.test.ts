import { cases, update } from "../testing/cases";
import { rule } from "./chg-domain";

const previous = (name: string, until = "2026-12-31") => ({ previous: [{ service: "server", name, until }] });
const b = { then: ["b.example.com"] };

cases(rule, {
  pass: {
    kept: { update: update([]) },
    "one more": { update: update([], { live: ["a.example.com"], then: ["a.example.com", "b.example.com"] }) },
    "none yet": { update: update([], { live: [], then: ["a.example.com"] }) },
    "redirected from now on": { update: update([], { ...b, after: previous("a.example.com") }) },
    "kept as a further name": { update: update([], { ...b, after: { aliases: ["a.example.com"] } }) },
    "redirected as before": {
      update: update([], { before: previous("old.example.com"), after: previous("old.example.com") }),
    },
    "a previous name after its date": {
      update: update([], { before: previous("old.example.com", "2026-11-23T12:00:00Z") }),
    },
    "a previous name served again": {
      update: update([], { before: previous("old.example.com"), then: ["a.example.com", "old.example.com"] }),
    },
    "addresses that are none": {
      update: update([], { before: { urls: { server: 5, dashboard: "not known yet" } } }),
    },
    "previous names of another form": {
      update: update([], {
        before: {
          previous: [
            null,
            { service: "server", name: 5, until: "2026-12-31" },
            { service: 5, name: "old.example.com", until: "2026-12-31" },
          ],
        },
      }),
    },
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
    "a further name dropped": [
      { update: update([], { before: { aliases: ["c.example.com"] } }) },
      "test: c.example.com would no longer be served",
    ],
    "a previous name before its date": [
      { update: update([], { before: previous("old.example.com", "2026-11-23T12:00:01Z") }) },
      "test: old.example.com would no longer be answered, before its date 2026-11-23T12:00:01Z",
    ],
    "all gone": [{ update: update([], { then: [] }) }, "a.example.com would no longer be served"],
    "without a stack to name": [
      { update: { ...update([], { then: [] }), changes: [] } },
      "a.example.com would no longer be served",
    ],
  },
  unjudgeable: "the domains are literal in the configuration",
});
