import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-sysctls";

cases(rule, {
  pass: {
    "left out": container(),
    ...Object.fromEntries(
      [
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
      ].map((name) => [name, container({ sysctls: { [name]: "1" } })]),
    ),
  },
  fail: {
    kernel: [container({ sysctls: { "kernel.msgmax": "1" } }), "`sysctls.kernel.msgmax`"],
    "the second": container({ sysctls: { "net.ipv4.tcp_syncookies": "1", "net.ipv4.ip_forward": "1" } }),
  },
  unknown: { all: container({ sysctls: UNKNOWN }) },
});
