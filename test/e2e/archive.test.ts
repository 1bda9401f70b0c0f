import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { writeRecord } from "../../operations/archive/record";
import { mustRun } from "./support/command";
import { request } from "./support/http";
import { docker, TestStack } from "./support/test-stack";

/** An image that a vendor ships as a signed file, on real Docker. */
let stack: TestStack;
let id: string;
const file = (name: string) => join(stack.folder, name);
const add = (archive: string) => [
  ...[
    "image",
    "add",
    file(archive),
    "--signature",
    file("vault.tar.sig"),
    "--public-key",
    file("vendor.pem"),
  ],
  ...["--service", "server", "dashboard", "--release", "1.1.0"],
];

beforeAll(async () => {
  stack = await TestStack.create();
  stack.setRelease("1.0.0");
  const listed = await stack.mustRun(["image", "build", "demo:1.1.0"]);
  id = /sha256:[0-9a-f]{64}/.exec(listed)![0];
  await docker("save", "--output", file("vault.tar"), id);
  const openssl = (...args: string[]) => mustRun("openssl", args);
  const curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
  await openssl("genpkey", ...curve, "-out", file("vendor.key"));
  await openssl("pkey", "-in", file("vendor.key"), "-pubout", "-out", file("vendor.pem"));
  await openssl(
    "dgst",
    "-sha256",
    "-sign",
    file("vendor.key"),
    "-out",
    file("vault.tar.sig"),
    file("vault.tar"),
  );
  await stack.up();
});

afterAll(async () => {
  await stack?.destroy();
});

const served = async () => (await request(stack, "/version")).headers["x-product-version"];
const config = () => readFileSync(stack.configFile, "utf8");

it("refuses an archive in which one bit differs, and changes nothing", async () => {
  const bytes = readFileSync(file("vault.tar"));
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(file("changed.tar"), bytes);
  const before = config();
  const { exitCode, output } = await stack.run(add("changed.tar"));
  expect(exitCode, output).toBe(3);
  expect(output).toContain("the archive was changed");
  expect(config()).toBe(before);
});

it("adds the archive; what is in the configuration is what is served after up", async () => {
  await stack.mustRun(add("vault.tar"));
  const { config: written } = parse(config()) as { config: Record<string, unknown> };
  const services = written["strongroom:services"] as Record<string, { image: Record<string, string> }>;
  for (const { image } of Object.values(services)) {
    expect(image).toMatchObject({ id, version: "1.1.0", archive: "vault.tar" });
    expect(image.signer).toMatch(/^sha256:[0-9a-f]{64}$/);
  }
  expect(await served()).toBe("1.0.0");
  await stack.up();
  expect(await served()).toBe("1.1.0");
  const list = await stack.mustRun(["image", "list"]);
  expect(list).toMatch(new RegExp(`^vault.tar\t${id}\t.*\tthere\tserver,dashboard\t`, "m"));
});

it("refuses another image with another signer, and the image without its record, and names the cure", async () => {
  const before = config();
  const signer = `sha256:${"1".repeat(64)}`;
  const other = (await docker("image", "ls", "--no-trunc", "--quiet", "strongroom/demo:1.0.0")).trim();
  const files = { archive: "evil.tar", signature: "evil.tar.sig", publicKey: "evil.pem", sha256: "" };
  const verifiedAt = new Date().toISOString();
  writeRecord(stack.stackFolder, { ...files, id: other, host: "local", format: "", signer, verifiedAt });
  stack.configure((changed) => {
    changed.services.server.image = { id: other, archive: "evil.tar", signer };
  });
  const both = await stack.run(["up", "--yes"]);
  expect(both.exitCode, both.output).toBe(3);
  expect(both.output).toContain("image server: archive and signer change at once");
  const preview = await stack.run(["preview"]);
  expect(preview.exitCode, preview.output).toBe(3);
  expect(preview.output).toMatch(
    /^REFUSED {2}chg-signer {2}\S+: archive and signer of server would change at once$[^]*?^ {2}Remedy: Apply the new key alone/m,
  );
  writeFileSync(stack.configFile, before);

  rmSync(join(stack.stackFolder, "verified"), { recursive: true });
  const missing = await stack.run(["up", "--yes"]);
  expect(missing.exitCode, missing.output).toBe(3);
  expect(missing.output).toContain("./strongroom image add vault.tar --signature vault.tar.sig --public-key");
  expect(await served()).toBe("1.1.0");

  await stack.mustRun(add("vault.tar"));
  expect(config()).toBe(before);
  await stack.mustRun(["up", "--yes", "--expect-no-changes"]);
});
