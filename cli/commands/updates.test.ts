import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOf, StubRegistry } from "../updates/testing";

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
const file = join(folder, "Pulumi.unit.yaml");
const manifests = { "1.0.0": "one", "1.1.0": "two", "2.0.0": "three", latest: "three" };

let stub: StubRegistry;
let given: string;
beforeAll(async () => {
  stub = await StubRegistry.start({ manifests });
});
afterAll(async () => {
  await stub.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  const name = `${stub.host}/vendor/vault:1.0.0@${digestOf("one")}`;
  given = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8").replaceAll(
    `image: { build: demo, tag: "1.0.0" }`,
    `image: { name: "${name}", requires: ">=0.9" }`,
  );
  writeFileSync(file, given);
});

function updates(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["cli/start.cjs", "--stack", "unit", "--config-file", file, "updates", ...args],
      { cwd: root, env: { ...process.env, STRONGROOM_HOME: join(folder, "home"), DOCKER_HOST: "" } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

describe("updates", () => {
  it("lists what is newer for each image, in order, and touches nothing", async () => {
    const { code, stdout } = await updates();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^server {5}1\.0\.0 -> 2\.0\.0, after 1\.1\.0$/m);
    expect(stdout).toMatch(/^edge {7}3\.6\.7, the newest$/m);
    expect(readFileSync(file, "utf8")).toBe(given);
  });

  it("writes a release with its literal digest, and of the image before nothing is left", async () => {
    const { code, stdout } = await updates("--service", "server", "--release", "1.1.0", "--write");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("services.server.image changed; nothing was applied");
    expect(stdout).toContain("server: name in `requires` what its vendor says");
    const lines = readFileSync(file, "utf8").split("\n");
    const added = lines.filter((line) => !given.split("\n").includes(line));
    expect(added.map((line) => line.trim())).toEqual([
      "image:",
      `name: ${stub.host}/vendor/vault:1.1.0@${digestOf("two")}`,
    ]);
  });

  it("refuses a release that there is not, and a service that there is not", async () => {
    const release = await updates("--service", "server", "--release", "3.0.0", "--write");
    expect([release.code, release.stdout]).toEqual([2, ""]);
    expect(release.stderr).toContain("--release 3.0.0: 1.0.0; newer: 1.1.0, 2.0.0");
    const service = await updates("--service", "sever");
    expect(service.code).toBe(2);
    expect(service.stderr).toContain("there are server, dashboard, edge, database");
    expect(readFileSync(file, "utf8")).toBe(given);
  });

  it("says which registry could not be asked, and fails", async () => {
    writeFileSync(file, given.replaceAll("vendor/vault", "vendor/other"));
    const { code, stdout } = await updates("--json");
    expect(code).toBe(1);
    const [server] = (JSON.parse(stdout) as { updates: { error?: string }[] }).updates;
    expect(server!.error).toContain(`${stub.host}/vendor/other: the registry does not have it`);
  });
});
