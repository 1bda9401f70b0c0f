import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** The settings that the standard calls safe: they are the container's own. */
const SAFE = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_syncookies",
];

export const rule: ResourceRule = {
  id: "ctr-sysctls",
  level: "advisory",
  why: "Most kernel settings weaken a protection or reach beyond the container.",
  remedy: "Leave it out, or use one that is the container's own.",
  source: "Kubernetes Pod Security Standards, baseline: sysctls",
  types: [TYPES.container],
  check({ inputs, report }) {
    inputs.entries("sysctls", (name, _value, path) => {
      if (!SAFE.includes(name)) report(`\`${path}\` is not among the safe kernel settings`);
    });
  },
};
