import { cases, OURS, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-cap-add";

const listed = { allowed: { edge: ["CAP_NET_BIND_SERVICE"] } };

cases(rule, {
  pass: {
    "left out": container(),
    "a listed one for the role": {
      settings: listed,
      of: container({ capabilities: { adds: ["NET_BIND_SERVICE"] } }, { role: "edge" }),
    },
    "with prefix and in small letters": {
      settings: listed,
      of: container({ capabilities: { adds: ["cap_net_bind_service"] } }, { role: "edge" }),
    },
  },
  fail: {
    "none is listed": [
      container({ capabilities: { adds: ["NET_BIND_SERVICE"] } }, { role: "edge" }),
      "role edge",
    ],
    "with prefix and in small letters": {
      settings: listed,
      of: container({ capabilities: { adds: ["cap_sys_admin"] } }, { role: "edge" }),
    },
    ALL: { settings: listed, of: container({ capabilities: { adds: ["ALL"] } }, { role: "edge" }) },
    "another role": {
      settings: listed,
      of: container({ capabilities: { adds: ["NET_BIND_SERVICE"] } }, { role: "service" }),
    },
    "no role": [
      { settings: listed, of: container({ capabilities: { adds: ["NET_BIND_SERVICE"] } }) },
      "a container without a role",
    ],
    "a role that is a word of the language": {
      settings: listed,
      of: container({ capabilities: { adds: ["length"] } }, { role: "constructor" }),
    },
    "the second of two": [
      {
        settings: listed,
        of: container({ capabilities: { adds: ["NET_BIND_SERVICE", "SYS_PTRACE"] } }, { role: "edge" }),
      },
      "`capabilities.adds[1]` adds SYS_PTRACE",
    ],
  },
  unknown: {
    "one of them": container({ capabilities: { adds: [UNKNOWN] } }),
    role: { settings: listed, of: container({ labels: UNKNOWN, capabilities: {} }, OURS) },
  },
});
