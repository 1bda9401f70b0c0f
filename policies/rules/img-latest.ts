import { visitImages } from "../support/images";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "img-latest",
  level: "mandatory",
  why: "`latest` says nothing: neither a reviewer nor a rollback knows which version it is.",
  remedy: "Name the version as the tag, beside the digest.",
  source: "CIS Docker 1.6, 5.28; Trivy DS-0001",
  types: [TYPES.container, TYPES.remoteImage],
  check({ inputs, type, report }) {
    visitImages(type, inputs, ({ tag, digest }, field) => {
      if (tag?.toLowerCase() === "latest") report(`\`${field}\` has the tag latest`);
      else if (tag === undefined && digest === undefined)
        report(`\`${field}\` has no tag, which means latest`);
    });
  },
};
