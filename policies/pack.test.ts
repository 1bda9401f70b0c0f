import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRET_SIGNATURE } from "../test/stack/program";
import { rules } from "./rules";
import site from "./site.json";
import { TYPES } from "./support/types";
import { SECRET, UNKNOWN } from "./testing/resources";
import { ServedPack } from "./testing/served-pack";

const runner = join(__dirname, "..", "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");

/** How engines start the pack: the executable in the project's folder, or the folder through the SDK's runner. */
const ways: [string, [string, ...string[]], string][] = [
  ["the executable", [join(__dirname, "pack"), "127.0.0.1:1"], join(__dirname, "..")],
  ["the folder", [process.execPath, runner, "127.0.0.1:1", __dirname], __dirname],
];

describe.each(ways)("the pack as %s", (_name, command, folder) => {
  let pack: ServedPack;
  beforeAll(async () => {
    pack = await ServedPack.start(command, folder);
  }, 60_000);
  afterAll(() => pack.stop());

  it("has every rule at its level", async () => {
    expect(await pack.policies()).toEqual(new Map(rules.map(({ id, level }) => [id, level === "mandatory"])));
  });

  it("keeps the level of a rule that the site has settings for", async () => {
    const levels = await pack.configuredLevels();
    expect(levels.size).toBe(Object.keys(site).length);
    for (const [id, mandatory] of levels)
      expect(mandatory, id).toBe(rules.find((it) => it.id === id)!.level === "mandatory");
  });

  it("judges what comes over the wire: values, secrets, unknown values", async () => {
    const secret = {
      [SECRET_SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270",
      value: [`PGPASSWORD=${SECRET}`],
    };
    const found = await pack.analyze(TYPES.container, { privileged: UNKNOWN, memory: 512, envs: secret });
    const of = (id: string) => found.filter(({ policy }) => policy === id);
    expect(of("ctr-memory")).toEqual([]);
    expect(of("ctr-privileged")).toEqual([
      {
        policy: "ctr-privileged",
        mandatory: true,
        message: expect.stringContaining("`privileged` is only known after the update") as string,
      },
    ]);
    expect(of("sec-env-literal")[0]!.message).toContain("PGPASSWORD");
    expect(of("ctr-cpu")[0]!.mandatory).toBe(false);
    expect(JSON.stringify(found)).not.toContain(SECRET);
    expect(JSON.stringify(found)).not.toContain("can't run policy");
  });
});

describe.runIf(process.platform === "linux")("the pack's start", () => {
  it("takes the executable less than two thirds of the processor time that it takes the folder", async () => {
    const seconds = [];
    for (const [, command, folder] of ways) {
      const pack = await ServedPack.start(command, folder);
      seconds.push(pack.startSeconds);
      pack.stop();
    }
    const [executable, whole] = seconds as [number, number];
    expect(executable).toBeGreaterThan(0);
    // Side by side: the machine's own speed counts for both.
    expect(executable / whole).toBeLessThan(2 / 3);
  }, 60_000);
});

describe("what stands in for the SDK for programs", () => {
  const require = createRequire(__filename);
  const { instead } = require("./sdk.cjs") as { instead: Record<string, Record<string, unknown>> };

  it.each(Object.entries(instead))("is what %s has", (name, given) => {
    const real = require(name) as Record<string, unknown>;
    expect(Object.keys(given).length).toBeGreaterThan(0);
    for (const [key, value] of Object.entries(given)) expect(value, key).toBe(real[key]);
  });
});
