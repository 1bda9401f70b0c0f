import { visitImages } from "../support/images";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "img-digest",
  level: "mandatory",
  why: "A tag can be moved to other content at any time; what was reviewed is then not what runs.",
  remedy:
    "Add the digest: repository:tag@sha256:…, or the image id sha256:… of an image that `strongroom image add` loaded.",
  source: "compose-lint CL-0019; CIS Docker 1.6, 4.2",
  types: [TYPES.container, TYPES.remoteImage],
  check({ inputs, type, report }) {
    visitImages(type, inputs, ({ digest }, field) => {
      if (!digest) report(`\`${field}\` has no digest`);
    });
  },
};
