import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demoRaw, withValue } from "../../config/testing";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { CliError, exitCode } from "../exit";
import { loadConfig } from "../stack-config";
import { digest } from "./digest";
import type { Judged } from "./judged";
import { beginPlan, parsePlan, planDigest, refuseIfMoved, refuseUnlessExpected } from "./plan";

const judged: Required<Judged> = {
  configuration: digest("configuration"),
  program: digest("program"),
  operations: digest("operations"),
  policies: digest("policies"),
  state: digest("state"),
  host: digest("host"),
};
const steps = '{"steps":[]}';
const expected = parsePlan(planDigest({ judged, steps }));

const refused = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    expect((error as CliError).code).toBe(exitCode.refused);
    return (error as CliError).message;
  }
  return "";
};

describe("a plan's digest", () => {
  it("is one word, and lets pass what it was made of", () => {
    expect(planDigest({ judged, steps })).toMatch(/^plan1_[\w-]+$/);
    expect(refused(() => refuseUnlessExpected(expected, judged, steps))).toBe("");
  });

  it.each([
    ["configuration", "the configuration"],
    ["program", "the program"],
    ["operations", "the operations"],
    ["policies", "the policies"],
    ["state", "the state"],
    ["host", "what the Docker hosts have"],
  ])("refuses another %s, by name", (name, text) => {
    const message = refused(() =>
      refuseUnlessExpected(expected, { ...judged, [name]: digest("other") }, steps),
    );
    expect(message).toBe(
      `nothing was changed. Not the same any more as in the preview that was approved: ${text}. Preview again, and have that approved.`,
    );
    expect(refused(() => refuseIfMoved(judged, { ...judged, [name]: digest("other") }))).toContain(
      `: ${text}.`,
    );
  });

  it("names all that has moved", () => {
    const moved = { ...judged, configuration: digest("x"), state: digest("y") };
    expect(refused(() => refuseUnlessExpected(expected, moved, ""))).toContain(
      ": the configuration, the state.",
    );
  });

  it("refuses other steps", () => {
    expect(refused(() => refuseUnlessExpected(expected, judged, "other"))).toContain(
      "what the update would do",
    );
  });

  it("compares what is known so far", () => {
    const { configuration, program } = judged;
    expect(refused(() => refuseUnlessExpected(expected, { configuration, program }))).toBe("");
    expect(refused(() => refuseUnlessExpected(expected, { configuration: digest("x") }))).toContain(
      "configuration",
    );
  });

  it("does not compare hosts that the preview did not see", () => {
    const unseen: Partial<Judged> = { ...judged };
    delete unseen.host;
    const blind = parsePlan(planDigest({ judged: unseen as Judged, steps }));
    expect(blind.host).toBeUndefined();
    expect(refused(() => refuseUnlessExpected(blind, judged, steps))).toBe("");
  });

  const whole = planDigest({ judged, steps });
  it.each([
    ["nothing", ""],
    ["another word", "plan"],
    ["a part", whole.slice(0, -4)],
    ["one too long", `${whole}AAAA`],
    ["another form", whole.replace("plan1_", "plan2_")],
    ["a stray character", whole.replace(/.$/, "!")],
    ["nothing that was seen", `plan1_${Buffer.alloc(7 * 16).toString("base64url")}`],
  ])("is not %s", (_, text) => {
    expect(() => parsePlan(text)).toThrow(/--expect: is no digest/);
  });
});

describe("a plan of a configuration with a date that has passed", () => {
  it("has not moved by itself", async () => {
    const folder = mkdtempSync(join(tmpdir(), "strongroom-plan-"));
    try {
      const context: Context = {
        checkout: folder,
        stack: "unit",
        configFile: join(folder, "Pulumi.unit.yaml"),
        home: folder,
        stackDir: folder,
        backendUrl: `file://${folder}`,
        verbose: false,
      };
      const previous = [{ name: "old.localhost", until: "2020-12-31" }];
      // Nobody answers there, and nobody has to.
      const hosts = { local: { docker: `unix://${folder}/docker.sock` } };
      const raw = withValue(withValue(demoRaw(), "services/server/previous", previous), "hosts", hosts);
      const config = Object.fromEntries(
        Object.entries(raw).map(([key, value]) => [`strongroom:${key}`, value]),
      );
      writeFileSync(context.configFile, JSON.stringify({ config }));
      writeFileSync(join(folder, "index.ts"), "");
      for (const part of ["operations", "policies"]) mkdirSync(join(folder, part));
      const states = join(folder, ".pulumi/stacks/strongroom");
      mkdirSync(states, { recursive: true });
      writeFileSync(join(states, "unit.json"), "{}");

      // As `preview` loads it.
      const given = loadConfig(context, new Date());
      expect(given.settings.services.server?.previous).toEqual([]);
      const endPlan = await beginPlan(context, {} as Toolchain, given);
      expect((await endPlan("steps")).steps).toBe("steps");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
