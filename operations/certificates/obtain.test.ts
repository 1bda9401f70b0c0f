import { X509Certificate } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { renderNoRoutes, renderRoutes } from "../../components/edge/routes";
import { issue, type TestCertificate } from "../../test/support/certificates";
import type { EdgeFront } from "../edge-front";
import { EdgeHost } from "../edge-host";
import type { Interrupt } from "../interrupt";
import { acmeFailure } from "./edge-log";
import { Obtaining } from "./obtain";
import { chainServedBy } from "./served";

vi.mock("./served", () => ({ chainServedBy: vi.fn() }));
vi.mock("./edge-log", () => ({ acmeFailure: vi.fn() }));

const domain = "vault.example.com";
const routes = (challenge: "http-01" | "tls-alpn-01", generation = 1) =>
  renderRoutes({
    services: [{ service: "server", domain, pathPrefix: "/", stripPrefix: false, instances: [] }],
    certificates: [
      {
        domain,
        certificate: { mode: "acme", resolver: `acme-${challenge}-${generation}-vault_example_com` },
      },
    ],
    hsts: { maxAgeSeconds: 1, includeSubdomains: false, preload: false },
  }).content;
const none = renderNoRoutes();

let root: TestCertificate, good: TestCertificate, ended: TestCertificate, other: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Root" });
  good = await issue({ name: "x", issuer: root, names: [domain] });
  ended = await issue({ name: "x", issuer: root, names: [domain], to: "2026-02-01" });
  other = await issue({ name: "y", issuer: root, names: ["other.example.com"] });
});

const interrupt = { throwIfInterrupted: () => undefined } as unknown as Interrupt;
/** What the edge serves at each look, the last for good. */
function serves(...looks: (TestCertificate | undefined)[]): void {
  const mock = vi.mocked(chainServedBy).mockReset();
  const chain = (each?: TestCertificate) => (each ? [new X509Certificate(each.pem)] : []);
  for (const each of looks) mock.mockResolvedValueOnce(chain(each));
  mock.mockResolvedValue(chain(looks.at(-1)));
}

/** The edge that is proven, and the one with the traffic, with what is done to them. */
function beside({ target = "old", newHas = none.generation, oldHas = none } = {}) {
  const steps: string[] = [];
  const host = (container: string, generation: string) =>
    ({
      container,
      name: `edge-${container}`,
      endpoint: "unix:///x",
      inForce: async () => ({ generation, content: oldHas.content }),
      putInForce: async (content: string) =>
        void steps.push(`${container}: ${content.includes("acme-challenge") ? "challenges" : "none"}`),
      waitLoaded: async () => undefined,
      now: async () => new Date(0),
    }) as unknown as EdgeHost;
  const [edge, old] = [host("new", newHas), host("old", oldHas.generation)];
  vi.spyOn(EdgeHost, "running").mockResolvedValue([old, edge]);
  const front = {
    target: async () => target,
    pointTo: async ({ id, challenges }: { id: string; challenges?: { names: string[] } }) =>
      void steps.push(`front: ${id}${challenges ? `, challenges of ${challenges.names.join()}` : ""}`),
  } as unknown as EdgeFront;
  const begin = (content: string, confirmed = none.content, roots: string | undefined = root.pem) =>
    Obtaining.begin(edge, front, { stack: "test", content, confirmed, roots });
  return { steps, begin };
}

beforeEach(() => void vi.mocked(acmeFailure).mockReset().mockResolvedValue(undefined));

describe("Obtaining", () => {
  it("has nothing to do without names by ACME, and where the edge has their certificates", async () => {
    serves(ended);
    const { begin, steps } = beside();
    expect(await begin(none.content)).toBeUndefined();
    // Whatever may be wrong with it: a release must not wait for it.
    expect(await begin(routes("http-01"), routes("http-01"))).toBeUndefined();
    expect(steps).toEqual([]);
  });

  it("has the edge with the traffic pass challenges on, and those of TLS-ALPN-01 the front", async () => {
    serves(undefined);
    const http = beside();
    expect(await http.begin(routes("http-01"))).toBeDefined();
    expect(http.steps).toEqual(["old: challenges"]);
    const alpn = beside();
    await alpn.begin(routes("tls-alpn-01"));
    expect(alpn.steps).toEqual(["old: challenges", `front: old, challenges of ${domain}`]);
  });

  it("refuses to prove by TLS-ALPN-01 a name that clients are served under, before anything is changed", async () => {
    serves(undefined);
    const content = routes("http-01");
    const { begin, steps } = beside({ oldHas: { generation: "g", content } });
    await expect(begin(routes("tls-alpn-01"), content)).rejects.toThrow(
      `${domain} cannot be proven by tls-alpn-01 while clients are served under that name`,
    );
    expect(steps).toEqual([]);
  });

  it("gives a stack's first edge the traffic, and leads nothing to one that has it", async () => {
    serves(undefined);
    const first = beside({ target: "gone" });
    await first.begin(routes("http-01"));
    expect(first.steps).toEqual(["front: new"]);
    const same = beside({ target: "new" });
    await same.begin(routes("http-01"));
    expect(same.steps).toEqual([]);
  });

  it("has an edge ask again that has the routes from an attempt before", async () => {
    serves(undefined);
    const { begin, steps } = beside({ newHas: "routes" });
    await begin(routes("http-01"));
    expect(steps).toEqual(["new: none", "old: challenges"]);
  });

  it("waits until a certificate of the name is served that leads to a root", async () => {
    // First the one that Traefik makes itself.
    serves(other, undefined, good);
    const obtaining = await beside().begin(routes("http-01"), routes("http-01"));
    await obtaining!.wait(interrupt);
    expect(chainServedBy).toHaveBeenCalledTimes(3);
  });

  it("fails with the authority's words, and asks no more", async () => {
    serves(undefined);
    const { begin, steps } = beside();
    const obtaining = await begin(routes("http-01"));
    vi.mocked(acmeFailure).mockResolvedValue({ time: "", reason: "403 unauthorized" });
    await expect(obtaining!.wait(interrupt)).rejects.toThrow(
      `for ${domain} no certificate was had by ACME: 403 unauthorized`,
    );
    expect(steps).toEqual(["old: challenges", "new: none"]);
    const same = beside({ target: "new" });
    await expect((await same.begin(routes("http-01")))!.wait(interrupt)).rejects.toThrow("403");
    // It serves: what was confirmed is put back on it.
    expect(same.steps).toEqual([]);
  });

  it("refuses one that clients would not take", async () => {
    serves(good);
    const staging = await beside().begin(
      routes("http-01"),
      none.content,
      (await issue({ name: "Other" })).pem,
    );
    await expect(staging!.wait(interrupt)).rejects.toThrow(
      /leads to no root that clients trust \(its issuer is CN=Root\)/,
    );
    serves(ended);
    // Of a generation before nothing is known but that it is there.
    const kept = await beside().begin(routes("http-01", 2), routes("http-01"));
    await expect(kept!.wait(interrupt)).rejects.toThrow(/ended on 2026-02-01; raise its `generation`/);
  });
});
