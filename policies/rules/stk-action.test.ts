import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./stk-action";

const COMMAND = "command:local:Command";
const action = (inputs: object) => resource(COMMAND, { logging: "none", ...inputs });

cases(rule, {
  pass: {
    "a verb": action({
      create: "operations/run apply-routes create",
      update: "operations/run apply-routes update",
    }),
    "without a shell in between": action({ delete: "exec operations/run retire delete" }),
    "nothing to do": action({ create: ":", delete: "operations/run retire delete" }),
    "the other verbs": action({
      create: "operations/run provision-database create",
      update: "operations/run write-files update",
    }),
    "input and what may be seen of it": action({
      create: ":",
      stdin: UNKNOWN,
      environment: { STRONGROOM_GENERATION: UNKNOWN, "STRONGROOM_RELEASE_MY-APP": "a1" },
      triggers: [UNKNOWN],
    }),
    "no redirection": action({ create: ":", interpreter: [], dir: "" }),
  },
  fail: {
    "another command": [action({ create: "docker rm -f x" }), "`create`"],
    "more behind a verb": action({ create: "operations/run retire delete; rm -rf /" }),
    "exec of something else": action({ create: "exec docker rm -f x" }),
    "something between exec and the verb": action({ create: "exec sh operations/run retire delete" }),
    "a word that ends with exec": action({ create: "myexec operations/run retire delete" }),
    "exec alone": action({ create: "exec " }),
    "another line behind it": action({ create: "operations/run retire delete\nid" }),
    "another line before it": action({ create: "id\n:" }),
    "another verb": [action({ update: "operations/run drop-database update" }), "`update`"],
    "another phase": [action({ delete: "operations/run retire destroy" }), "`delete`"],
    "an absolute path": action({ create: "/tmp/operations/run retire delete" }),
    empty: action({ create: "" }),
    "printed output": [resource(COMMAND, { create: ":", logging: "stdout" }), "`logging`"],
    "printed output by default": [resource(COMMAND, { create: ":" }), "`logging`"],
    interpreter: [action({ create: ":", interpreter: ["/bin/sh", "-c", "id"] }), "`interpreter`"],
    dir: [action({ create: ":", dir: "/tmp" }), "`dir`"],
    assetPaths: [action({ create: ":", assetPaths: ["/etc/*"] }), "`assetPaths`"],
    archivePaths: [action({ create: ":", archivePaths: ["/etc/*"] }), "`archivePaths`"],
    "a variable that leads programs": [
      action({ create: ":", environment: { STRONGROOM_A: "b", NODE_OPTIONS: "-r x" } }),
      "NODE_OPTIONS",
    ],
    "a variable that ends alike": action({ create: ":", environment: { X_STRONGROOM_A: "b" } }),
    "a variable with more behind it": action({ create: ":", environment: { "STRONGROOM_A b": "b" } }),
  },
  unknown: {
    create: action({ create: UNKNOWN }),
    logging: resource(COMMAND, { create: ":", logging: UNKNOWN }),
    environment: action({ create: ":", environment: UNKNOWN }),
    interpreter: action({ create: ":", interpreter: UNKNOWN }),
  },
});
