import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-sshd",
  level: "mandatory",
  why: "An SSH server in a container is a second way in, with keys that nobody rotates and no log that anybody reads.",
  remedy: "Leave it out and use `docker exec` over the host's own access.",
  source: "CIS Docker 1.6, 5.7; Checkov CKV_DOCKER_1",
  types: [TYPES.container],
  check({ inputs, report }) {
    inputs.each("ports", (port, path) => {
      if (port.number("internal") === 22) report(`\`${path}\` is the port of SSH`);
    });
    for (const key of ["entrypoints", "command"]) {
      inputs.texts(key, (word, path) => {
        if (/(^|[\s/;&|])(sshd|dropbear)($|[\s;&|])/.test(word)) report(`\`${path}\` starts an SSH server`);
      });
    }
  },
};
