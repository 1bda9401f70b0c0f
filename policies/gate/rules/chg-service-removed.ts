import { serviceContainers } from "../containers";
import type { GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-service-removed",
  level: "mandatory",
  why: "A service without a container answers nobody.",
  remedy:
    "Keep the service with one replica at least. To take the whole stack down there is `./strongroom down`.",
  source: "strongroom",
  check(update, report) {
    for (const { service, before, after } of serviceContainers(update)) {
      if (after.length === 0) report(before[0]!, `${service} would be left without a container`);
    }
  },
};
