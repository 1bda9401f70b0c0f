import { visitHostPaths } from "../support/host-paths";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule<{ sources: readonly string[] }> = {
  id: "ctr-bind-allowlist",
  level: "mandatory",
  why: "Files that are shared with the host are in no backup, in no release hash, and a way out of the container.",
  remedy:
    "Use a named volume of the local driver, by `mounts` with type volume; a folder that must be shared is listed in policies/site.json and mounted read-only.",
  source: "Kubernetes Pod Security Standards, baseline: HostPath volumes",
  types: [TYPES.container, TYPES.volume],
  settings: {
    defaults: { sources: [] },
    schema: {
      sources: {
        type: "array",
        items: { type: "string", pattern: "^/" },
        description: "Folders of the host that may be mounted read-only, each by its exact path",
      },
    },
  },
  check({ type, inputs, report }, { sources }) {
    visitHostPaths(type, inputs, ({ path, readOnly, field }) => {
      if (path === undefined)
        report(`\`${field}\` mounts something that is neither a named volume nor a path of the host`);
      else if (!sources.includes(path))
        report(`\`${field}\` mounts ${path} of the host, which is not on the list`);
      else if (!readOnly) report(`\`${field}\` mounts ${path} of the host, and not read-only`);
    });
  },
};
