import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { EDGE } from "../../components/edge/layout";
import { DRAINING, NO_ROUTES, renderDraining } from "../../components/edge/routes";
import { docker, inspectContainers } from "../docker";
import { EdgeHost } from "../edge-host";
import { OperationError } from "../errors";
import { withSettledEdge } from "../settle-routes";
import type { Verb } from "./verb";

const input = z.object({
  schema: z.literal(1),
  docker: z.string(),
  stack: z.string(),
  /** Container id. */
  edge: z.string(),
  /** Port under which people reach HTTPS. */
  httpsPort: z.number().int(),
});

/**
 * Stands before the deletion of an edge's container: settles a change that was interrupted, refuses while new
 * connections go to it, lets its clients go (every answer closes its connection), and stops it, which waits for
 * the requests that are still running.
 */
export const retireEdge: Verb<z.infer<typeof input>> = {
  input,
  async run(_phase, args) {
    const serving = await EdgeHost.find(args.docker, args.stack);
    if (!serving) return;
    const current = await withSettledEdge(
      serving,
      args.stack,
      "retire-edge",
      async (_lock, _settled, now) => {
        if (now.container === args.edge && (await now.inForce()).generation !== NO_ROUTES) {
          throw new OperationError(
            `edge ${now.name} still gets the traffic: it is not taken out of service; ` +
              `./strongroom repair --stack ${args.stack}, then up again`,
          );
        }
        return now;
      },
    );
    // The last one: nobody is left to be served.
    if (current.container === args.edge) return;
    // Outside the lock: draining takes long and changes nothing for others.
    const [old] = await inspectContainers(args.docker, [args.edge]);
    if (old?.State.Status === "running")
      await drain(await EdgeHost.require(args.docker, args.stack, args.edge), args);
    await current.tidy(args.stack, args.edge);
  },
};

async function drain(edge: EdgeHost, { httpsPort }: { httpsPort: number }): Promise<void> {
  const { content } = await edge.inForce();
  await edge.putInForce(renderDraining(content, httpsPort));
  // One that does not even answer here has no clients to let go of.
  await edge.waitLoaded(DRAINING).catch(() => undefined);
  await sleep(EDGE.drainSeconds * 1000);
  await docker(edge.endpoint, ["stop", edge.container], { timeoutSeconds: EDGE.graceSeconds + 60 });
}
