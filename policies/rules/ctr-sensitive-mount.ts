import { touches, visitHostPaths } from "../support/host-paths";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** The benchmark's list, and where Docker and containerd keep what all containers are made of. */
const SENSITIVE = [
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/root",
  "/sys",
  "/usr",
  "/var/lib/containerd",
  "/var/lib/docker",
];

export const rule: ResourceRule = {
  id: "ctr-sensitive-mount",
  level: "mandatory",
  why: "With the host's system folders a container can read the host's secrets or become root on it.",
  remedy: "Use a named volume, or copy what is needed into a folder of its own below /srv.",
  source: "CIS Docker 1.6, 5.6",
  types: [TYPES.container, TYPES.volume],
  check({ type, inputs, report }) {
    visitHostPaths(type, inputs, ({ path, field }) => {
      if (path === undefined) return;
      const sensitive = SENSITIVE.find((folder) => touches(path, folder));
      if (sensitive)
        report(`\`${field}\` mounts ${path}, which is, holds or lies in the host's ${sensitive}`);
    });
  },
};
