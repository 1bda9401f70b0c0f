import { describe, expect, it } from "vitest";
import { demoRaw, problemsOf, publicRaw, withValue } from "../testing";

describe("checkProduct", () => {
  it("names the nearest product", () => {
    const [problem] = problemsOf(withValue(demoRaw(), "product", "dmo"));
    expect(problem).toMatchObject({ path: "product", value: '"dmo"' });
    expect(problem!.remedy).toContain("`demo`");
  });

  it("refuses services that the product does not have, also those named like an object's own members", () => {
    const service = { image: { build: "demo", tag: "1.0.0" }, domain: "x.localhost" };
    for (const name of ["dashbord", "constructor"]) {
      const problems = problemsOf(withValue(demoRaw(), `services/${name}`, service));
      expect(problems.map(({ path }) => path)).toContain(`services.${name}`);
    }
  });

  it("misses a service that the product needs", () => {
    expect(problemsOf(withValue(demoRaw(), "services/dashboard", undefined))).toMatchObject([
      { path: "services.dashboard", reason: expect.stringContaining("missing") as unknown },
    ]);
  });

  it("refuses to roll what its vendor wants recreated, and recreates what could roll", () => {
    expect(problemsOf(withValue(publicRaw(), "strategy", "rolling"))).toMatchObject([{ path: "strategy" }]);
    expect(problemsOf(withValue(publicRaw(), "strategy", "recreate"))).toEqual([]);
    expect(problemsOf(withValue(demoRaw(), "strategy", "recreate"))).toEqual([]);
  });

  it("knows how many replicas the product bears", () => {
    expect(problemsOf(withValue(publicRaw(), "services/server/replicas", 2))).toMatchObject([
      {
        path: "services.server.replicas",
        value: "2",
        reason: expect.stringContaining("migrations") as unknown,
      },
    ]);
    expect(problemsOf(withValue(demoRaw(), "services/server/replicas", 2))).toEqual([]);
  });
});
