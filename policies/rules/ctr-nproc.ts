import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-nproc",
  level: "advisory",
  why: "Without a limit a fork bomb in one container stops the whole host.",
  remedy: "Set `ulimits` with the name nproc; the provider has no field for Docker's limit of process ids.",
  source: "CIS Docker 1.6, 5.29",
  types: [TYPES.container],
  check({ inputs, report }) {
    let limited = false;
    inputs.each("ulimits", (limit) => {
      if (limit.text("name") === "nproc" && (limit.number("hard") ?? 0) > 0) limited = true;
    });
    if (!limited) report("`ulimits` does not limit nproc");
  },
};
