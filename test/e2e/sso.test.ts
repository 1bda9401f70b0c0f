import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../support/certificates";
import { request } from "./support/http";
import { FULL } from "./support/interruption";
import { docker, TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

const USAGE = 2;

describe("a service's certificate for single sign-on", () => {
  let stack: TestStack;
  let root: TestCertificate, vault: TestCertificate, next: TestCertificate;
  let told: string;

  beforeAll(async () => {
    root = await issue({ name: "Test root" });
    const leaf = { issuer: await issue({ name: "Test intermediate", issuer: root }) };
    [vault, next] = await Promise.all([
      issue({ name: "vault", names: ["vault.localhost"], ...leaf }),
      issue({ name: "next", names: ["vault.localhost"], ...leaf }),
    ]);
    stack = await TestStack.create();
    await give("vault", vault);
    sso({ certificate: "vault" });
    told = await upWithTasks();
  });
  afterAll(() => stack?.destroy());

  /** A certificate with its chain, by name. */
  async function give(name: string, { chain, key }: TestCertificate): Promise<void> {
    stack.configure((config) => {
      const custom = { ...config.certificates?.custom, [name]: { certificate: chain, root: root.pem } };
      config.certificates = { custom };
    });
    await stack.setSecret(`certificates.custom.${name}.key`, key);
  }
  const sso = (ssoCertificate: object) =>
    stack.configure((config) => {
      config.services.server.ssoCertificate = ssoCertificate;
    });
  /** An update that is refused until somebody answers for what it leaves to people. */
  const upWithTasks = async () => {
    const refused = await stack.run(["up", "--yes"]);
    expect(refused.exitCode, refused.output).toBe(3);
    const tasks = /--confirm (.+);/.exec(refused.output)![1]!.split(" ");
    return stack.mustRun(["up", "--yes", "--confirm", ...tasks]);
  };
  const fingerprint = ({ pem }: TestCertificate) => new X509Certificate(pem).fingerprint256;
  const shown = async () => JSON.parse((await request(stack, "/sso-certificate")).body) as object;
  const shows = (made: TestCertificate) => ({
    fingerprint: fingerprint(made),
    certificates: 1,
    hasKey: true,
  });
  const secret = ({ key }: TestCertificate) => key.split("\n")[1]!;
  const starts = async () =>
    docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", ...(await stack.containers("service")));

  it("is the first one of the chain alone, with its key, and people are told to make it known", async () => {
    expect(await shown()).toEqual(shows(vault));
    expect(told).toContain(
      `before: make sure that the identity provider of server has the certificate vault (SHA-256 ${fingerprint(vault)}), which sp.crt becomes`,
    );
    expect(told).not.toContain(secret(vault));
    const inspected = await docker("inspect", ...(await stack.containers("service")));
    expect(inspected.match(/SSO_KEY_FILE=/g)).toHaveLength(1);
    expect(inspected).not.toContain(secret(vault));
  });

  it("is refused by preview when it was not announced, and when its file has a chain", async () => {
    const [kept, before] = [readFileSync(stack.configFile, "utf8"), await starts()];
    await give("next", next);
    sso({ certificate: "next", announced: "vault" });
    const early = await stack.run(["preview"]);
    expect(early.output).toMatch(/^REFUSED {2}chg-sso-certificate .*next .*was not announced$/m);
    expect(early.exitCode, early.output).not.toBe(0);
    expect(early.output).not.toContain(secret(next));
    stack.configure((config) => {
      delete config.certificates.custom.next.root;
      config.certificates.custom.next.purpose = "sso";
    });
    const chained = await stack.run(["preview"]);
    expect(chained.output).toMatch(
      /certificates\.custom\.next\.certificate: holds 2 certificates: for single/,
    );
    expect(chained.exitCode, chained.output).toBe(USAGE);
    writeFileSync(stack.configFile, kept);
    expect([await shown(), await starts()]).toEqual([shows(vault), before]);
  });

  it.runIf(FULL)("is announced by a change that leaves the one in use", async () => {
    await give("next", next);
    sso({ certificate: "vault", announced: "next" });
    expect(await upWithTasks()).toContain(
      `after: give the identity provider of server the certificate next (SHA-256 ${fingerprint(next)}) beside the one in use`,
    );
    expect(await shown()).toEqual(shows(vault));
  });

  it.runIf(FULL)("is exchanged by a rolling release under load: no request fails", async () => {
    const load = UnderLoad.start(stack);
    sso({ certificate: "next", announced: "vault" });
    await sleep(500);
    const output = await upWithTasks();
    const { failed, total, lost, doubled, detail } = await load.stop();
    expect(failed, detail).toBe(0);
    expect(total).toBeGreaterThan(50);
    expect([lost, doubled]).toEqual([[], []]);
    expect(output).toContain(
      "before: make sure that the identity provider of server has the certificate next",
    );
    expect(await shown()).toEqual(shows(next));
    await stack.mustRun(["preview", "--expect-no-changes"]);
  });
});
