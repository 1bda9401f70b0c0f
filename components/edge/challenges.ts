import { contentHash } from "../canonical";
import { EDGE } from "./layout";
import { type Body, isMaintenance, MAINTENANCE, type RenderedRoutes, withGeneration } from "./routes";

/** Start of the generation of a file that passes ACME challenges on. */
const CHALLENGES = "challenges-";

/**
 * A route file changed so that its edge passes HTTP-01 challenges (RFC 8555, section 8.3) on to another edge, which
 * is being proven, and answers everything else as before. It has a generation of its own, so that whoever finds it
 * after an interruption puts back what was confirmed; of a maintenance page, what a page needs.
 * @param generation of the file
 * @param edge name of the other edge's container
 */
export function renderChallenges(content: string, generation: string, edge: string): RenderedRoutes {
  const body = JSON.parse(content) as Body;
  const changed: Body = {
    ...body,
    http: {
      ...body.http,
      routers: {
        ...body.http.routers,
        challenges: {
          entryPoints: ["web"],
          rule: "PathPrefix(`/.well-known/acme-challenge/`)",
          // Before the redirect and the edge's own answers to challenges, whose priority is the length of their rule.
          priority: 1000,
          service: "challenges",
        },
      },
      services: {
        ...body.http.services,
        challenges: {
          loadBalancer: { passHostHeader: true, servers: [{ url: `http://${edge}:${EDGE.httpPort}` }] },
        },
      },
    },
  };
  const prefix = isMaintenance(generation) ? MAINTENANCE : CHALLENGES;
  const own = `${prefix}${contentHash({ content, edge }, 52)}`;
  return { generation: own, content: withGeneration(changed, own) };
}
