import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-unconfined",
  level: "mandatory",
  why: "Docker's seccomp and AppArmor profiles and SELinux labels are what stands between a broken-into process and the kernel.",
  remedy: "Leave the option out, so that Docker's own profile holds.",
  source: "CIS Docker 1.6, 5.2, 5.3 and 5.22",
  types: [TYPES.container],
  check({ inputs, report }) {
    inputs.texts("securityOpts", (option, path) => {
      if (/^(seccomp|apparmor|systempaths)[:=]unconfined$|^label[:=]disable$/i.test(option)) {
        report(`\`${path}\` is ${option}`);
      }
    });
  },
};
