import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-no-new-privs",
  level: "mandatory",
  why: "Without it a set-user-id program in the image gives a process more rights than it was started with.",
  remedy: 'Set `securityOpts` to ["no-new-privileges:true"].',
  source: "CIS Docker 1.6, 5.26; OWASP Docker, rule 4",
  types: [TYPES.container],
  check({ inputs, report }) {
    let set = false;
    inputs.texts("securityOpts", (option) => {
      if (/^no-new-privileges([:=]true)?$/.test(option)) set = true;
    });
    if (!set) report("`securityOpts` does not have no-new-privileges");
  },
};
