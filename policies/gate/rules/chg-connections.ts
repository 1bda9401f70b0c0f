import { isDefined, serviceContainers } from "../containers";
import type { GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-connections",
  level: "mandatory",
  why: "Two releases that together want more connections than the database takes make requests of the one that serves fail.",
  remedy:
    "Raise `database.maxConnections`, lower the product's pool or `replicas`, or stop the old release first by `strategy: recreate`.",
  source: "strongroom",
  check(update, report, { strategy, connections }) {
    if (!connections || strategy === "recreate") return;
    const { max, others, services } = connections;
    const open = Object.values(services).reduce((sum, each) => sum + each.open, others);
    const coming = serviceContainers(update)
      .map(({ service, before, after }) => {
        const beside = after.filter((change) => !before.includes(change));
        const running = services[service];
        // Each replica that comes will want what one of those that run has.
        const wanted = running ? Math.ceil((running.open / running.replicas) * beside.length) : 0;
        return beside[0] && { first: beside[0], wanted };
      })
      .filter(isDefined);
    const wanted = coming.reduce((sum, each) => sum + each.wanted, 0);
    if (coming[0] && open + wanted > max)
      report(
        coming[0].first,
        `${open} connections to the database are open, and what starts beside them would open ${wanted} more: ${open + wanted}, and it takes ${max}`,
      );
  },
};
