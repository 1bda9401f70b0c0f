import { beforeEach, expect, it, vi } from "vitest";
import type { ClientPolicy } from "../../components/edge/client-certificates";
import { renderNoRoutes, renderRoutes } from "../../components/edge/routes";
import type * as Clients from "../certificates/clients";
import { EdgeFront } from "../edge-front";
import type { EdgeHost } from "../edge-host";
import { issue } from "../../test/support/certificates";
import { MovedError } from "../errors";
import type { Interrupt } from "../interrupt";
import type { HostLock } from "../lock";
import type * as ReleaseProof from "../release-proof";
import { apply } from "./apply-routes";

const healthy = new Set<string>();
vi.mock("../release-proof", async (original) => ({
  ...(await original<typeof ReleaseProof>()),
  healthyReplicas: async () => healthy,
}));
/** Why the edge does not ask clients for certificates as it should; "" when it does. */
const clients = { fault: "", asked: [] as string[] };
vi.mock("../certificates/clients", async (original) => ({
  ...(await original<typeof Clients>()),
  waitClients: async (_edge: EdgeHost, { domain, mode }: Clients.ClientsInForce) => {
    clients.asked.push(`${domain} ${mode}`);
    if (clients.fault) throw new Error(clients.fault);
  },
}));
beforeEach(() => {
  healthy.clear();
  Object.assign(clients, { fault: "", asked: [] });
});

const { content } = renderNoRoutes();

/** Routes to one replica. */
const routesTo = (container: string, asked: ClientPolicy[] = []) =>
  renderRoutes({
    clients: asked,
    services: [
      {
        service: "server",
        domain: "vault.localhost",
        pathPrefix: "/",
        stripPrefix: false,
        instances: [{ container, port: 3000 }],
      },
    ],
    certificates: [],
    hsts: { maxAgeSeconds: 0, includeSubdomains: false, preload: false },
  }).content;

/**
 * Tries a change of routes.
 * @param options at which step something fails, and after which the lock is somebody else's
 * @returns the steps that decide who serves, and how it ended
 */
async function tried(
  toOtherDatabase: boolean,
  { target = "new", failing = "", lost = "", before = content, after = content, behindPage = true } = {},
) {
  const steps: string[] = [];
  const step = (name: string) => async () => {
    steps.push(name);
    if (name === failing) throw new Error("it broke");
  };
  const page = { generation: "maintenance", content: "page", edge: "new", toOtherDatabase };
  let inForce = "page";
  const edge = {
    container: "new",
    name: "edge",
    endpoint: "unix:///x",
    confirmed: async () => ({ generation: "before", content: before, edge: "new" }),
    inForce: async () => ({ generation: inForce, content: "" }),
    putInForce: async (what: string) => {
      inForce = what;
      await step({ page: "page", [before]: "put back", [after]: "in force" }[what] ?? "trial")();
    },
    waitLoaded: async () => undefined,
    confirm: step("confirm"),
    setNote: step("no note"),
    journal: async () => undefined,
    assertRuns: step("proving time"),
  } as unknown as EdgeHost;
  const front = {
    target: async () => target,
    pointTo: step("front"),
    proveTarget: async () => undefined,
    passesChallenges: async () => false,
  };
  vi.spyOn(EdgeFront, "find").mockResolvedValue(front as unknown as EdgeFront);
  const args = {
    schema: 1 as const,
    docker: "unix:///x",
    stack: "test",
    edge: "new",
    generation: "after",
    content: after,
    releases: [],
  };
  const check = async () => {
    if (steps.includes(lost)) throw new Error("the lock is another's");
  };
  const lock = { check, owner: { token: "t" } } as unknown as HostLock;
  const interrupt = { throwIfInterrupted: () => undefined } as unknown as Interrupt;
  const error: unknown = await apply(args, edge, lock, interrupt, behindPage ? page : undefined).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { steps, error };
}

it("confirms a move to another database before anything can be written there", async () => {
  expect((await tried(true)).steps).toEqual(["confirm", "no note", "in force"]);
  const withNewEdge = await tried(true, { target: "old" });
  expect(withNewEdge.steps).toEqual(["in force", "confirm", "no note", "front"]);
});

it.each(["no note", "in force"])("leaves a confirmed move as it is when it fails: %s", async (failing) => {
  const { steps, error } = await tried(true, { failing });
  expect(steps).not.toContain("page");
  expect(error).toBeInstanceOf(MovedError);
  expect((error as Error).message).toContain("stays there; but after that: it broke");
});

it("puts the page back when a move was not confirmed", async () => {
  const { steps, error } = await tried(true, { target: "old", failing: "in force" });
  expect(steps).toEqual(["in force", "page", "front"]);
  expect(error).not.toBeInstanceOf(MovedError);
});

it("confirms after the proof what stays on its database, and puts the page back until then", async () => {
  expect((await tried(false)).steps).toEqual(["in force", "confirm"]);
  const { steps, error } = await tried(false, { failing: "in force" });
  expect(steps).toEqual(["in force", "page"]);
  expect(error).not.toBeInstanceOf(MovedError);
});

it("proves other replicas with those before to fall back to, and confirms them without", async () => {
  const change = { before: routesTo("old"), after: routesTo("new"), behindPage: false };
  // Those before do not serve.
  expect((await tried(false, change)).steps).toEqual(["in force", "confirm"]);
  healthy.add("old");
  expect((await tried(false, change)).steps).toEqual(["trial", "in force", "confirm"]);
  const broken = await tried(false, { ...change, failing: "trial" });
  expect(broken.steps).toEqual(["trial", "put back"]);
  // Somebody took over while it was proven.
  expect((await tried(false, { ...change, lost: "trial" })).steps).toEqual(["trial"]);
  // Behind the page nothing runs to fall back to.
  expect((await tried(false, { ...change, behindPage: true })).steps).toEqual(["in force", "confirm"]);
});

it("proves what clients are asked for, also where they no longer are, and puts back what was in force", async () => {
  const { pem } = await issue({ name: "Partners" });
  const truststore = { name: "partners", generation: 1, certificatesPem: pem };
  const [open, closed] = [
    routesTo("a"),
    routesTo("a", [{ domain: "vault.localhost", mode: "required", truststore }]),
  ];
  for (const [before, after, mode] of [
    [open, closed, "required"],
    [closed, open, "none"],
  ] as const) {
    const change = { before, after, behindPage: false };
    clients.fault = "";
    expect((await tried(false, change)).steps).toEqual(["in force", "confirm"]);
    expect(clients.asked.splice(0)).toEqual([`vault.localhost ${mode}`]);
    clients.fault = "it let somebody in";
    const { steps, error } = await tried(false, change);
    expect(steps).toEqual(["in force", "put back"]);
    expect((error as Error).message).toBe("it let somebody in");
    clients.asked.splice(0);
  }
  clients.fault = "";
  await tried(false, { before: open, after: routesTo("b"), behindPage: false });
  expect(clients.asked).toEqual([]);
});
