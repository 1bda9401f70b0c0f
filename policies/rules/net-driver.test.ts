import { cases, network, UNKNOWN } from "../testing/cases";
import { rule } from "./net-driver";

cases(rule, {
  pass: {
    "left out": network(),
    bridge: network({ driver: "bridge", options: { "com.docker.network.bridge.name": "routed" } }),
    "a closed mode": network({ options: { "com.docker.network.bridge.gateway_mode_ipv6": "nat" } }),
    "a listed driver": { settings: { drivers: ["overlay"] }, of: network({ driver: "overlay" }) },
  },
  fail: {
    macvlan: [network({ driver: "macvlan" }), "macvlan"],
    host: network({ driver: "host" }),
    routed: network({ options: { "com.docker.network.bridge.gateway_mode_ipv6": "routed" } }),
    unprotected: network({ options: { "com.docker.network.bridge.gateway_mode_ipv4": "nat-unprotected" } }),
  },
  unknown: { driver: network({ driver: UNKNOWN }), options: network({ options: UNKNOWN }) },
});
