import { expect, it, vi } from "vitest";
import { EdgeFront } from "./edge-front";
import type { EdgeHost } from "./edge-host";
import { withSettledEdge } from "./settle-routes";

vi.mock("./lock", () => ({
  imageOf: async () => "image",
  withHostLock: async (_e: string, _s: string, _v: string, _i: string, work: (lock: unknown) => unknown) =>
    work({ check: async () => undefined, owner: { token: "t" } }),
}));

const edge = {
  container: "edge",
  name: "edge",
  endpoint: "unix:///x",
  confirmed: async () => ({ generation: "g", content: "", edge: "edge" }),
  inForce: async () => ({ generation: "g", content: "" }),
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
