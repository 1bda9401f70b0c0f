import { expect, it, vi } from "vitest";
import { renderChallenges } from "../components/edge/challenges";
import { NO_ROUTES, withGeneration } from "../components/edge/routes";
import { EdgeFront } from "./edge-front";
import { EdgeHost, generationOf } from "./edge-host";
import { withSettledEdge } from "./settle-routes";

vi.mock("./lock", () => ({
  imageOf: async () => "image",
  withHostLock: async (_e: string, _s: string, _v: string, _i: string, work: (lock: unknown) => unknown) =>
    work({ check: async () => undefined, owner: { token: "t" } }),
}));

const routes = { generation: "g", content: withGeneration({ http: {} }, "g") };
const edge = {
  container: "edge",
  name: "edge",
  endpoint: "unix:///x",
  confirmed: async () => ({ ...routes, edge: "edge" }),
  inForce: async () => routes,
  waitLoaded: async () => undefined,
  journal: async () => undefined,
} as unknown as EdgeHost;

/** Settles the edge behind a front. @returns what was said, and where the front then points */
async function settledBehind(front: { target: string; passesChallenges: boolean } | undefined) {
  const pointed: unknown[] = [];
  vi.spyOn(EdgeFront, "find").mockResolvedValue(
    front &&
      ({
        target: async () => front.target,
        passesChallenges: async () => front.passesChallenges,
        pointTo: async (target: unknown) => void pointed.push(target),
      } as unknown as EdgeFront),
  );
  const said = await withSettledEdge(edge, "test", "settle", async (_, settled) => settled);
  return { said, pointed };
}

it("leaves alone what is as it was confirmed", async () => {
  expect(await settledBehind({ target: "edge", passesChallenges: false })).toEqual({ pointed: [] });
  expect(await settledBehind(undefined)).toEqual({ pointed: [] });
});

it("ends the challenges to an edge that was being proven when a run was killed", async () => {
  expect(await settledBehind({ target: "edge", passesChallenges: true })).toEqual({
    said: "the front sent challenges to an edge that was never confirmed; it does so no more",
    pointed: [{ id: "edge", name: "edge" }],
  });
});

it("takes the routes from that edge, unless it was confirmed meanwhile, and from no other", async () => {
  const given: string[] = [];
  const named = (name: string) =>
    ({
      ...edge,
      name,
      container: name,
      putInForce: async (content: string) => void given.push(`${name} ${generationOf(content)}`),
    }) as unknown as EdgeHost;
  const serving = {
    ...named("edge"),
    inForce: async () => renderChallenges(routes.content, "g", "proving"),
  } as unknown as EdgeHost;
  vi.spyOn(EdgeHost, "running").mockResolvedValue([serving, named("proving"), named("draining")]);
  vi.spyOn(EdgeFront, "find").mockResolvedValue(undefined);
  await withSettledEdge(serving, "test", "settle", async () => undefined);
  expect(given).toEqual([`proving ${NO_ROUTES}`, "edge g"]);
  given.length = 0;
  const confirmed = { ...serving, confirmed: async () => ({ ...routes, edge: "proving" }) } as EdgeHost;
  await withSettledEdge(confirmed, "test", "settle", async () => undefined);
  expect(given).toEqual([]);
});
