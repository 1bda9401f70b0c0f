import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRun } from "./support/command";
import { request } from "./support/http";
import { FULL } from "./support/interruption";
import { noSshHost, SshHost } from "./support/ssh-host";
import { docker, TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

const reason = FULL ? noSshHost : "it takes minutes: STRONGROOM_E2E=full runs it";
if (reason !== undefined) console.log(`a host over ssh is not tested: ${reason}`);

/** Everything that reaches Docker over ssh: engine and providers, actions, and the command itself. */
describe.skipIf(reason !== undefined)("a host over ssh", () => {
  let stack: TestStack;
  let host: SshHost | undefined;
  const version = async () => (await request(stack, "/version")).headers["x-product-version"];
  const file = (name: string) => join(stack.folder, name);

  beforeAll(async () => {
    stack = await TestStack.create();
    host = await SshHost.start(stack.folder);
    Object.assign(stack.environment, host.environment);
    stack.configure((config) => {
      config.hosts.local.docker = host!.endpoint;
    });
  });
  afterAll(async () => {
    host?.stop();
    await stack?.destroy();
  });

  it("comes up, and has nothing to do then", async () => {
    await stack.mustRun(["doctor"]);
    await stack.up();
    expect(await version()).toBe("1.0.0");
    await stack.mustRun(["preview", "--expect-no-changes", "--refresh"]);
    await stack.mustRun(["drift"]);
  });

  it("takes a signed archive: checked here, loaded there", async () => {
    const built = await stack.mustRun(["image", "build", "demo:1.1.0"]);
    const [id] = /sha256:[0-9a-f]{64}/.exec(built)!;
    await docker("save", "--output", file("vault.tar"), id);
    const curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    await mustRun("openssl", ["genpkey", ...curve, "-out", file("vendor.key")]);
    await mustRun("openssl", ["pkey", "-in", file("vendor.key"), "-pubout", "-out", file("vendor.pem")]);
    const sign = ["dgst", "-sha256", "-sign", file("vendor.key"), "-out", file("vault.tar.sig")];
    await mustRun("openssl", [...sign, file("vault.tar")]);
    const signed = ["--signature", file("vault.tar.sig"), "--public-key", file("vendor.pem")];
    const into = ["--service", "server", "dashboard", "--release", "1.1.0"];
    await stack.mustRun(["image", "add", file("vault.tar"), ...signed, ...into]);
    expect(readFileSync(stack.configFile, "utf8")).toContain(id);
  });

  it("rehearses it beside production", async () => {
    const output = await stack.mustRun(["rehearse"]);
    expect(output).toContain("passed its rehearsal");
    expect((await stack.inventory()).filter((line) => line.includes("rehearsal"))).toEqual([]);
    expect(await version()).toBe("1.0.0");
  });

  it("is upgraded under load without a failed request", async () => {
    const load = UnderLoad.start(stack);
    await stack.up();
    const { failed, total, lost, doubled, detail } = await load.stop();
    console.log(`${failed} of ${total} requests failed`);
    expect([failed, lost, doubled], detail).toEqual([0, [], []]);
    expect(await version()).toBe("1.1.0");
  });

  it("refuses a host whose key is another one, and changes nothing", async () => {
    const known = file("known_hosts");
    const right = readFileSync(known, "utf8");
    await mustRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file("other")]);
    const [type, key] = readFileSync(file("other.pub"), "utf8").split(" ");
    const wrong = right.replace(/ssh-ed25519 \S+/, `${type} ${key}`);
    writeFileSync(known, wrong);
    const { exitCode, output } = await stack.run(["up", "--yes"]);
    writeFileSync(known, right);
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("Host key verification failed");
    expect(await version()).toBe("1.1.0");
  });

  it("goes down again", async () => {
    await stack.mustRun(["down", "--yes"]);
    expect((await stack.inventory()).filter((line) => !line.includes("-data"))).toEqual([]);
  });
});
