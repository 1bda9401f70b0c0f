import { cases, change, database, edge, front, replica } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-publish";

const port = { ports: [{ internal: 5432, external: 5432, ip: "127.0.0.1" }] };

cases(rule, {
  pass: {
    "none before or after": database({}, { ports: [] }),
    "the front": front({}, port),
    "an edge without a front": edge({}, port),
    "there already": replica(port, port),
    "no longer": replica(port, {}),
    removed: replica(port, undefined),
    "a network of its own": replica({}, { networkMode: "bridge", publishAllPorts: false }),
    "a mode whose name begins like the host's": replica({}, { networkMode: "hosts" }),
  },
  fail: {
    "the database": [database({}, port), "publish database"],
    "a new service": [replica(undefined, port), "publish service"],
    "another port": [replica({ ports: [{ internal: 1 }] }, port), "publish service"],
    "a container of nobody": [change(TYPES.container, undefined, port), "a container without a role"],
    "all ports": [database({}, { publishAllPorts: true }), "publish database"],
    "the host's network": [database({}, { networkMode: "host" }), "another network stack"],
    "another container's": [database({}, { networkMode: "container:x" }), "another network stack"],
  },
  unjudgeable: { "ports not known": database({}, { ports: UNKNOWN }) },
});
