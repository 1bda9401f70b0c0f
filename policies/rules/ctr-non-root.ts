import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-non-root",
  level: "mandatory",
  why: "Root in a container is root on the host as soon as anything else fails.",
  remedy: 'Set `user` to the number of an account of the image, e.g. "10001:10001".',
  source: "CIS Docker 1.6, 4.1; Kubernetes Pod Security Standards, restricted",
  types: [TYPES.container],
  check({ inputs, report }) {
    const account = (inputs.text("user") ?? "").split(":")[0]!.trim();
    if (account === "") report("`user` is not set, so the image decides, and most choose root");
    else if (account === "root" || Number(account) === 0) report("`user` is root");
  },
};
