import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { inspectContainers } from "../docker";
import { EdgeHost, routedContainers } from "../edge-host";
import { OperationError } from "../errors";
import { withSettledEdge } from "../settle-routes";
import type { Verb } from "./verb";

const input = z.object({
  schema: z.literal(1),
  docker: z.string(),
  stack: z.string(),
  service: z.string(),
  release: z.string(),
  instance: z.object({ id: z.string(), container: z.string() }),
  drainSeconds: z.number(),
});

/**
 * Stands before the deletion of a release's container: settles a change of routes that was interrupted, refuses
 * while the edge sends traffic to the container, and then waits out its drain time.
 */
export const retire: Verb<z.infer<typeof input>> = {
  input,
  async run(_phase, args) {
    const edge = await EdgeHost.find(args.docker, args.stack);
    if (edge) {
      await withSettledEdge(edge, args.stack, "retire", async (_lock, _settled, current) => {
        const routed = routedContainers((await current.inForce()).content);
        if (routed.has(args.instance.container)) {
          throw new OperationError(
            `${args.instance.container}, of release ${args.release} of ${args.service}, still gets traffic: it is not taken out of service; ` +
              `./strongroom repair --stack ${args.stack}, then up again`,
          );
        }
      });
    }
    const [container] = await inspectContainers(args.docker, [args.instance.id]);
    // Outside the lock: draining may take long and changes nothing.
    if (edge && container?.State.Running) await sleep(args.drainSeconds * 1000);
  },
};
