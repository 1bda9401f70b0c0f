import { describe, expect, it } from "vitest";
import { generationOf } from "../../operations/edge-host";
import { renderChallenges } from "./challenges";
import { isMaintenance, renderDraining, renderMaintenance, renderNoRoutes, renderRoutes } from "./routes";

const before = renderRoutes({
  services: [
    {
      service: "server",
      domain: "vault.localhost",
      pathPrefix: "/",
      stripPrefix: false,
      instances: [{ container: "server-1", port: 3000 }],
    },
  ],
  certificates: [],
  hsts: { maxAgeSeconds: 1, includeSubdomains: false, preload: false },
});

describe("renderChallenges", () => {
  const rendered = renderChallenges(before.content, before.generation, "edge-new");
  const parsed = JSON.parse(rendered.content);

  it("passes challenges on, before the redirect and the edge's own answers", () => {
    const { challenges } = parsed.http.routers;
    expect(challenges).toMatchObject({
      entryPoints: ["web"],
      rule: "PathPrefix(`/.well-known/acme-challenge/`)",
    });
    expect(challenges.priority).toBeGreaterThan(challenges.rule.length);
    expect(parsed.http.services.challenges.loadBalancer.servers).toEqual([{ url: "http://edge-new:8080" }]);
  });

  it("leaves everything else as it is", () => {
    const old = JSON.parse(before.content);
    delete parsed.http.routers.challenges;
    delete parsed.http.services.challenges;
    expect(parsed.http.routers).toEqual(old.http.routers);
    expect([parsed.http.services, parsed.tls]).toEqual([old.http.services, old.tls]);
  });

  it("has a generation of its own, so that what was confirmed is put back after an interruption", () => {
    expect(generationOf(rendered.content)).toBe(rendered.generation);
    expect(rendered.generation).not.toBe(before.generation);
    expect(renderChallenges(before.content, before.generation, "edge-3").generation).not.toBe(
      rendered.generation,
    );
  });

  it("is still a maintenance page where there was one", () => {
    const page = renderMaintenance(before.content, ["server"], "http://page:8080");
    expect(isMaintenance(renderChallenges(page.content, page.generation, "edge-new").generation)).toBe(true);
    expect(isMaintenance(rendered.generation)).toBe(false);
  });

  it("can be made of no routes, and drained", () => {
    const none = renderNoRoutes();
    expect(generationOf(renderChallenges(none.content, none.generation, "e").content)).toMatch(
      /^challenges-/,
    );
    expect(generationOf(renderDraining(rendered.content, 443))).toBe("draining");
  });
});
