import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, readItem, request, writeItem } from "./support/http";
import { CHECKOUT, docker, TestStack } from "./support/test-stack";

let stack: TestStack;
let output: string;
let unnamed: string[];

beforeAll(async () => {
  unnamed = await unnamedVolumes();
  stack = await TestStack.create();
  output = await stack.up();
});
afterAll(() => stack?.destroy());

describe("a first up", () => {
  it("ends with the URL and the CA's path, and curl gets the page with it", async () => {
    expect(output).toContain(stack.url(""));
    expect(output).toContain(stack.caFile);
    const { stdout } = await execa("curl", [
      "--silent",
      "--show-error",
      "--fail",
      "--cacert",
      stack.caFile,
      "--resolve",
      `vault.localhost:${stack.httpsPort}:127.0.0.1`,
      stack.url(),
    ]);
    expect(stdout).toContain("<html");
  });

  it("redirects plain HTTP to the published HTTPS port and sends HSTS", async () => {
    const { stdout } = await execa("curl", [
      "--silent",
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code} %{redirect_url}",
      "--resolve",
      `vault.localhost:${stack.httpPort}:127.0.0.1`,
      `http://vault.localhost:${stack.httpPort}/some/path?q=1`,
    ]);
    expect(stdout).toBe(`301 ${stack.url("/some/path?q=1")}`);
    expect((await request(stack, "/")).headers["strict-transport-security"]).toMatch(/max-age=\d+/);
  });

  it("serves the dashboard under its prefix", async () => {
    const answer = await request(stack, "/admin");
    expect(answer.status).toBe(200);
  });

  it("keeps an item over a restart of every container", async () => {
    const id = await writeItem(stack, "kept over a restart");
    for (const role of ["service", "database", "edge"])
      await docker("restart", ...(await stack.containers(role)));
    expect(await eventually(() => readItem(stack, id))).toBe("kept over a restart");
  });

  it("changes nothing when it is run again, refreshed or not", async () => {
    await stack.mustRun(["preview", "--expect-no-changes", "--refresh"]);
    const before = await stack.inventory();
    await stack.mustRun(["up", "--yes", "--expect-no-changes"]);
    expect(await stack.inventory()).toEqual(before);
  });

  it("leaves no volume without a name", async () => {
    expect((await unnamedVolumes()).filter((name) => !unnamed.includes(name))).toEqual([]);
  });

  it("changes nothing from a checkout in another folder", async () => {
    const other = mkdtempSync(join(tmpdir(), "strongroom-checkout-"));
    try {
      const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
        cwd: CHECKOUT,
      });
      for (const file of stdout.split("\n").filter((name) => existsSync(join(CHECKOUT, name)))) {
        cpSync(join(CHECKOUT, file), join(other, file));
      }
      symlinkSync(join(CHECKOUT, "node_modules"), join(other, "node_modules"));
      await stack.mustRun(["preview", "--expect-no-changes"], { checkout: other });
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it("is the same by plain pulumi with the printed environment", async () => {
    const env = await stack.mustRun(["env"]);
    const plain = (args: string) =>
      execa("bash", ["-c", `${env}\ncd ${CHECKOUT}\npulumi ${args}`], {
        reject: false,
        all: true,
        env: { NO_COLOR: "1" },
      });
    const preview = await plain("preview --expect-no-changes --non-interactive");
    expect(preview.exitCode, preview.all).toBe(0);
    const up = await plain("up --yes --non-interactive --expect-no-changes");
    expect(up.exitCode, up.all).toBe(0);
    expect(await stack.run(["preview", "--expect-no-changes"])).toMatchObject({ exitCode: 0 });
  });

  it("writes nothing into the checkout", async () => {
    const { stdout } = await execa("git", ["status", "--porcelain", "Pulumi.dev.yaml", "Pulumi.prod.yaml"], {
      cwd: CHECKOUT,
    });
    expect(stdout).toBe("");
    expect(readFileSync(join(CHECKOUT, "Pulumi.dev.yaml"), "utf8")).not.toContain("encryptionsalt");
  });
});

// On the same stack, which it takes down: the last of this file.
describe("down", () => {
  it("keeps data and CA; up brings both back; --delete-data loses them only by name", async () => {
    const id = await writeItem(stack, "kept over down");
    const ca = readFileSync(stack.caFile, "utf8");
    await stack.mustRun(["down", "--yes"]);
    expect((await stack.inventory()).filter((line) => !line.includes("-data"))).toEqual([]);
    await stack.up();
    expect(await readItem(stack, id)).toBe("kept over down");
    expect(readFileSync(stack.caFile, "utf8")).toBe(ca);

    const volume = (await stack.inventory()).find((line) => line.includes("database-data"))!.split(" ")[1]!;
    expect((await stack.run(["down", "--yes", "--delete-data", "another-name"])).exitCode).not.toBe(0);
    expect(await stack.inventory()).toContain(`volume ${volume} database-data `);
    await stack.mustRun(["down", "--yes", "--delete-data", volume]);
    expect(await stack.inventory()).toEqual([]);
  });
});

/** What Docker makes for a container of an image with VOLUME and keeps when it is removed carelessly. */
async function unnamedVolumes(): Promise<string[]> {
  const names = (await docker("volume", "ls", "--quiet")).split("\n");
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
}
