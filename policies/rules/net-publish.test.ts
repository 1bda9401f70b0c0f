import { cases, OURS, container, UNKNOWN } from "../testing/cases";
import { rule } from "./net-publish";

cases(rule, {
  pass: {
    "left out": container(),
    "the front": container(
      {
        ports: [
          { internal: 8080, external: 80, ip: "0.0.0.0" },
          { internal: 8443, external: 443, ip: "::", protocol: "tcp" },
        ],
      },
      { role: "edge-front" },
    ),
    "the front on loopback, on any port": container(
      { ports: [{ internal: 8443, external: 18443, ip: "127.0.0.1" }] },
      { role: "edge-front" },
    ),
    "the front on listed ports": {
      settings: { entryPorts: [9443], hostPorts: [444] },
      of: container({ ports: [{ internal: 9443, external: 444, ip: "0.0.0.0" }] }, { role: "edge-front" }),
    },
  },
  fail: {
    "the database": [
      container({ ports: [{ internal: 5432, external: 5432, ip: "127.0.0.1" }] }, { role: "database" }),
      "role database",
    ],
    "a container without a role": [
      container({ ports: [{ internal: 80, external: 80, ip: "127.0.0.1" }] }),
      "without a role",
    ],
    "a service on the edge's ports": container(
      { ports: [{ internal: 8443, external: 443, ip: "127.0.0.1" }] },
      { role: "service" },
    ),
    "the front's internal entry point": [
      container({ ports: [{ internal: 8090, external: 443, ip: "127.0.0.1" }] }, { role: "edge-front" }),
      "no entry point",
    ],
    "no port of the front": container(
      { ports: [{ external: 443, ip: "127.0.0.1" }] },
      { role: "edge-front" },
    ),
    "the edge behind it": [
      container({ ports: [{ internal: 8443, external: 443, ip: "127.0.0.1" }] }, { role: "edge" }),
      "role edge",
    ],
    "two roles": container(
      {
        labels: ["edge-front", "service"].map((value) => ({ label: "strongroom.role", value })),
        ports: [{ internal: 8443, external: 443, ip: "127.0.0.1" }],
      },
      OURS,
    ),
    "a container that only calls itself the front": container(
      { ports: [{ internal: 8443, external: 443, ip: "127.0.0.1" }] },
      { role: "edge-front", parents: [] },
    ),
    "a port of the host by chance": [
      container({ ports: [{ internal: 8443, ip: "127.0.0.1" }] }, { role: "edge-front" }),
      "to chance",
    ],
    "another port of the host": [
      container({ ports: [{ internal: 8443, external: 8443, ip: "0.0.0.0" }] }, { role: "edge-front" }),
      "port 8443 of the host",
    ],
    "another port without an address": container(
      { ports: [{ internal: 8443, external: 8443 }] },
      { role: "edge-front" },
    ),
    UDP: [
      container(
        { ports: [{ internal: 8443, external: 443, ip: "127.0.0.1", protocol: "udp" }] },
        { role: "edge-front" },
      ),
      "protocol",
    ],
    "the second": [
      container(
        {
          ports: [
            { internal: 8080, external: 80, ip: "::1" },
            { internal: 8080, external: 81, ip: "::" },
          ],
        },
        { role: "edge-front" },
      ),
      "`ports[1]`",
    ],
  },
  unknown: {
    ports: container({ ports: UNKNOWN }),
    "the front's address": container(
      { ports: [{ internal: 8443, external: 8443, ip: UNKNOWN }] },
      { role: "edge-front" },
    ),
    role: container({ labels: UNKNOWN, ports: [{ internal: 8443, external: 443 }] }, OURS),
  },
});
