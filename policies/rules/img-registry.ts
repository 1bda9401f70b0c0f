import { visitImages } from "../support/images";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule<{ repositories: readonly string[] }> = {
  id: "img-registry",
  level: "mandatory",
  why: "A digest fixes the content and says nothing about who made it.",
  remedy:
    "Use an image of a repository on the list, or add the repository to policies/site.json after a review.",
  source: "CIS Docker 1.6, 4.2",
  types: [TYPES.container, TYPES.remoteImage],
  settings: {
    defaults: { repositories: ["traefik", "postgres"] },
    schema: {
      repositories: {
        type: "array",
        items: { type: "string" },
        description:
          "Repositories, or folders of them, that images may come from; without a host: Docker's default registry",
      },
    },
  },
  check({ inputs, type, report }, { repositories }) {
    visitImages(type, inputs, ({ repository, digest }, field) => {
      // A bare id comes from no registry: it was verified when it was loaded.
      if (repository === "" && digest !== undefined) return;
      if (!repositories.some((listed) => repository === listed || repository.startsWith(`${listed}/`))) {
        report(`\`${field}\` comes from a repository that is not on the list: ${repository || "none"}`);
      }
    });
  },
};
