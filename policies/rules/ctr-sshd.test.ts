import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-sshd";

cases(rule, {
  pass: {
    "left out": container(),
    "another port": container({ ports: [{ internal: 2222 }] }),
    "22 on the host": container({ ports: [{ internal: 8443, external: 22 }] }),
    "a name that holds it": container({ command: ["sshd_exporter"], entrypoints: ["/bin/notsshd"] }),
  },
  fail: {
    "port 22": [container({ ports: [{ internal: 8443 }, { internal: 22 }] }), "`ports[1]`"],
    "as the program": [container({ entrypoints: ["/usr/sbin/sshd", "-D"] }), "`entrypoints[0]`"],
    "in a shell": [container({ command: ["sh", "-c", "cd /;sshd -D;sleep 1"] }), "`command[2]`"],
    "another server": container({ command: ["dropbear"] }),
  },
  unknown: {
    port: container({ ports: [{ internal: UNKNOWN }] }),
    command: container({ command: [UNKNOWN] }),
  },
});
