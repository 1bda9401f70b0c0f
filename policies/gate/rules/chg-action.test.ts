import { action, cases, replica } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-action";

const run = (verb: string, ...phases: string[]) =>
  Object.fromEntries(phases.map((phase) => [phase, `exec operations/run ${verb} ${phase}`]));

cases(rule, {
  pass: {
    verbs: action(undefined, { ...run("apply-routes", "create", "update"), delete: ":" }),
    "without exec": action(undefined, { create: "operations/run retire create" }),
    kept: action(run("retire", "delete"), run("retire", "delete")),
    removed: action(run("retire", "delete"), undefined),
    "a deletion more": action({}, run("retire", "delete")),
    "foreign already": action({ create: "rm -rf /x" }, { create: "rm -rf /y" }),
    "not a command": replica(undefined, { create: "rm" }),
    "another phase dropped": action(run("x", "create", "delete"), run("x", "delete")),
  },
  fail: {
    foreign: [action(undefined, { create: "rm -rf /" }), "`create` is not a verb"],
    "foreign update": [action({}, { update: "sh -c x" }), "`update` is not a verb"],
    "foreign deletion": [action({}, { delete: "x" }), "`delete` is not a verb"],
    "something behind a verb": [
      action({}, { create: "exec operations/run retire create; rm" }),
      "`create` is not a verb",
    ],
    "something before a verb": [
      action({}, { create: "x; operations/run retire create" }),
      "`create` is not a verb",
    ],
    "another phase's": [action({}, { create: "operations/run retire delete" }), "`create` is not a verb"],
    "no deletion any more": [action(run("retire", "delete"), {}), "`delete` would be dropped"],
    "a deletion that does nothing": [
      action(run("retire", "delete"), { delete: ":" }),
      "`delete` would be dropped",
    ],
  },
  unjudgeable: { "line not known": action({}, { create: UNKNOWN }), "no text": action({}, { create: 1 }) },
});
