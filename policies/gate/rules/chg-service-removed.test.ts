import { TYPES } from "../../support/types";
import { cases, change, database, replica } from "../testing/cases";
import { rule } from "./chg-service-removed";

cases(rule, {
  pass: {
    kept: replica({}, {}, { kind: "same" }),
    "another release": [replica({}, undefined), replica(undefined, {}, { name: "server-2" })],
    "fewer replicas": [replica({}, {}, { kind: "same" }), replica({}, undefined, { name: "server-2" })],
    "a new service": replica(undefined, {}),
    "a volume of its own": change(TYPES.volume, {}, undefined, { role: "service", service: "server" }),
    "a container that is none of its replicas": replica({}, undefined, { role: "files" }),
    "not a service": database({}, undefined),
  },
  fail: {
    "no replica left": [replica({}, undefined), "server would be left without a container"],
    "one of two services": [
      [replica({}, undefined), replica({}, {}, { name: "d", service: "dashboard", kind: "same" })],
      "server would be left without a container",
    ],
  },
  unjudgeable: "what happens to a resource is always known",
});
