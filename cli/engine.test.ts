import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Toolchain } from "../toolchain";
import type { Context } from "./context";
import { runEngine } from "./engine";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "pulumi"), "#!/bin/sh\nexec env\n", { mode: 0o755 });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The environment that an engine has. @param configFile the stack's, in the checkout by default */
async function engineSees(
  configFile = join(folder, "Pulumi.unit.yaml"),
  environment = {},
): Promise<string[]> {
  const context: Context = {
    checkout: folder,
    stack: "unit",
    configFile,
    home: folder,
    stackDir: folder,
    backendUrl: `file://${folder}`,
    verbose: false,
  };
  const toolchain = { bin: join(folder, "bin"), pulumiHome: folder } as Toolchain;
  const { stdout } = await runEngine(context, toolchain, ["up"], { output: "capture", environment });
  return stdout.split("\n");
}

it.each([
  "PULUMI_OPTION_POLICY_PACK_CONFIG",
  "PULUMI_OPTION_TARGET",
  "PULUMI_OPTION_EXCLUDE",
  "PULUMI_OPTION_CONFIG_FILE",
  "PULUMI_CONTINUE_ON_ERROR",
  "PULUMI_RUN_PROGRAM",
])("the engine is not told %s by the caller's environment", async (name) => {
  vi.stubEnv(name, "of-the-caller");
  vi.stubEnv("AWS_PROFILE", "of-the-caller");
  const seen = await engineSees();
  expect(seen.filter((line) => line.endsWith("=of-the-caller"))).toEqual(["AWS_PROFILE=of-the-caller"]);
});

it("the engine has its options of strongroom", async () => {
  vi.stubEnv("PULUMI_OPTION_CONFIG_FILE", "of-the-caller");
  const other = join(folder, "elsewhere.yaml");
  writeFileSync(other, "config: {}\n");
  expect(await engineSees(other, { PULUMI_OPTION_DIFF: "true" })).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^PULUMI_OPTION_CONFIG_FILE=\//),
      "PULUMI_OPTION_DIFF=true",
    ]),
  );
});
