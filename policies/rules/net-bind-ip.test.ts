import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./net-bind-ip";

cases(rule, {
  pass: {
    "left out": container(),
    loopback: container({ ports: [{ ip: "127.0.0.1" }, { ip: "::1" }] }),
    "one address": container({ ports: [{ ip: "203.0.113.10" }, { ip: "2001:db8::10" }] }),
    "the front on every address": container(
      { ports: [{ ip: "0.0.0.0" }, { ip: "::" }] },
      { role: "edge-front" },
    ),
  },
  fail: {
    "no address": [container({ ports: [{ internal: 80 }] }), "is not an address"],
    "no address, on the front": [
      container({ ports: [{ ip: "" }] }, { role: "edge-front" }),
      "is not an address",
    ],
    "a name": container({ ports: [{ ip: "localhost" }] }, { role: "edge-front" }),
    ...Object.fromEntries(
      ["0.0.0.0", "::", "0", "0:0:0:0:0:0:0:0", "::0", "::ffff:0.0.0.0", "[::]"].map((ip) => [
        ip,
        [container({ ports: [{ ip: "127.0.0.1" }, { ip }] }), "`ports[1].ip` is every address"] as const,
      ]),
    ),
    "the front, if it may not": {
      settings: { everywhere: [] },
      of: container({ ports: [{ ip: "::" }] }, { role: "edge-front" }),
    },
  },
  unknown: { ip: container({ ports: [{ ip: UNKNOWN }] }), ports: container({ ports: UNKNOWN }) },
});
