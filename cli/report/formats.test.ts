import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configFileInCheckout } from "../context";
import { documentFormats } from "./formats";

const root = join(__dirname, "..", "..");

/** Files of this folder that are loaded by then. In a process of its own: the test runner does not serve require. */
function loaded(code: string): string[] {
  const listing = `
    const { lazy } = require("./cli/lazy");
    ${code};
    const names = Object.keys(require.cache).map((path) => /cli\\/report\\/([\\w-]+)\\.ts$/.exec(path)?.[1]);
    console.log(JSON.stringify(names.filter(Boolean).sort()));
  `;
  const options = { cwd: root, encoding: "utf8" } as const;
  return JSON.parse(execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", listing], options));
}

describe("formats", () => {
  it("are loaded only when they are asked for", { timeout: 60_000 }, () => {
    expect(loaded('lazy.command("preview"); lazy.command("up"); lazy.gate()')).toEqual(
      ["components", "formats", "map-texts", "names", "passwords", "release", "report", "text"].sort(),
    );
    const all = loaded(`for (const name of ${JSON.stringify(documentFormats)}) lazy.format(name).render`);
    expect(all).toEqual(expect.arrayContaining([...documentFormats]));
  });

  it("name the configuration file without a path of this machine", () => {
    const name = (configFile: string) => configFileInCheckout({ checkout: "/a/checkout", configFile });
    expect(name("/a/checkout/Pulumi.dev.yaml")).toBe("Pulumi.dev.yaml");
    expect(name("/a/checkout/stacks/Pulumi.dev.yaml")).toBe("stacks/Pulumi.dev.yaml");
    expect(name("/a/other/Pulumi.dev.yaml")).toBe("Pulumi.dev.yaml");
    expect(name("/a/checkout-2/Pulumi.dev.yaml")).toBe("Pulumi.dev.yaml");
  });
});
