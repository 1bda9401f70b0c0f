import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probe } from "../../operations/certificates/probe";
import { issue, type TestCertificate } from "../support/certificates";
import { startLoad } from "../support/load";
import { send } from "../support/load-request";
import { mustRun, startCommand } from "./support/command";
import { changeDomainUnderLoad, renameServices, tasksOfMove } from "./support/domain-change";
import { eventually } from "./support/http";
import { IdleConnections } from "./support/idle-connections";
import { crash, FULL } from "./support/interruption";
import { docker, TestStack } from "./support/test-stack";

const domain = "vault.localhost";
const alias = "also.localhost";
/** Has the domain's certificate as well. */
const twin = "twin.localhost";
const renamed = "safe.localhost";
const [USAGE, ENDING] = [2, 5];
/** Half of them at each of the two domains. */
const IDLE = FULL ? 200 : 50;
const dayMs = 86_400_000;
/** Of the second certificate: in 100 days, whole seconds as certificates have them. */
const end = new Date(Math.floor(Date.now() / 1000) * 1000 + 100 * dayMs);

type Entry = { domain: string; source: string; served?: { fingerprint: string }; problems: string[] };

describe("a custom certificate", () => {
  let stack: TestStack;
  let root: TestCertificate, intermediate: TestCertificate, first: TestCertificate, second: TestCertificate;

  beforeAll(async () => {
    root = await issue({ name: "Test root" });
    intermediate = await issue({ name: "Test intermediate", issuer: root });
    const leaf = { issuer: intermediate, names: [domain, twin], usages: ["1.3.6.1.5.5.7.3.1"] };
    first = await issue({ name: "first", ...leaf });
    second = await issue({ name: "second", ...leaf, algorithm: "RSA-2048", to: end.toISOString() });
    stack = await TestStack.create();
    writeFileSync(rootFile(), root.pem);
    stack.configure((config) => {
      // Of the stack's own CA, whose root is then known from the first `up` on.
      config.services.server.aliases = [alias, twin];
      config.certificates = { default: { mode: "private-ca", validityHours: 365 * 24 } };
    });
    await give(first.chain, first.key);
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  const rootFile = () => join(stack.folder, "root.pem");
  const fingerprint = ({ pem }: TestCertificate) => new X509Certificate(pem).fingerprint256;

  let generation = 0;
  /** The next generation of the certificate as an operator sets it, the key encrypted by Pulumi's own command. */
  async function give(certificate: string, key?: string): Promise<void> {
    stack.configure((config) => {
      const { custom, ...others } = config.certificates;
      const named = { ...custom?.vault, certificate, root: root.pem, generation: ++generation };
      const use = { mode: "custom", use: "vault" };
      config.certificates = {
        ...others,
        custom: { vault: named },
        domains: { [domain]: use, [twin]: use },
      };
    });
    if (key !== undefined) await stack.setSecret("certificates.custom.vault.key", key);
  }

  async function certs(...args: string[]): Promise<{ code: number; entries: Entry[] }> {
    const { exitCode, stdout, output } = await stack.run(["certs", "--json", ...args]);
    expect([0, ENDING], output).toContain(exitCode);
    return {
      code: exitCode,
      entries: (JSON.parse(stdout) as { certificates: Entry[] }).certificates.filter(
        (entry) => entry.domain === domain,
      ),
    };
  }

  /** Id and start of every container of the stack. */
  async function starts(): Promise<string[]> {
    const ids = await docker("ps", "--all", "--quiet", "--filter", `label=strongroom.stack=${stack.name}`);
    const format = "{{.Name}} {{.Id}} {{.State.StartedAt}} {{.RestartCount}}";
    return (await docker("inspect", "--format", format, ...ids.split("\n"))).split("\n").sort();
  }

  const stateFile = () =>
    readFileSync(join(stack.home, "state/.pulumi/stacks/strongroom", `${stack.name}.json`), "utf8");

  it("is served with its chain", async () => {
    const { code, entries } = await certs();
    expect(entries).toMatchObject([
      { domain, source: "custom", served: { fingerprint: fingerprint(first) }, problems: [] },
    ]);
    expect(code).toBe(0);
  });

  it("is refused by preview when it is wrong, with nothing changed", async () => {
    const [inventory, before, state] = [await stack.inventory(), await starts(), stateFile()];
    const ended = await issue({ name: "x", issuer: intermediate, names: [domain, twin], to: "2026-02-01" });
    const wrong: [certificate: string, key: string | undefined, said: RegExp][] = [
      [ended.chain, undefined, /custom\.vault\.certificate: ended on 2026-02-01/],
      [second.pem, undefined, /certificate: is the server's certificate alone/],
      // The key is encrypted in the file: only the engine can tell.
      [first.chain, second.key, /custom\.vault\.key: is not the key of the certificate/],
    ];
    for (const [certificate, key, said] of wrong) {
      await give(certificate, key);
      const { exitCode, output } = await stack.run(["preview"]);
      expect(output).toMatch(said);
      expect(exitCode, output).not.toBe(0);
      if (key === undefined) expect(exitCode, output).toBe(USAGE);
      expect(output).not.toContain(second.key.split("\n")[1]);
    }
    // As an operator who forgets the generation: the file is another one under the old name.
    generation = 0;
    await give(second.chain, second.key);
    const inPlace = await stack.run(["preview"]);
    expect(inPlace.output).toMatch(
      /^REFUSED {2}chg-cert-in-place .*certificates\.custom\.vault would be changed in place, under its generation 1$/m,
    );
    expect(inPlace.exitCode, inPlace.output).not.toBe(0);
    expect(await stack.inventory()).toEqual(inventory);
    expect(await starts()).toEqual(before);
    expect(stateFile()).toBe(state);
  });

  it("is rotated for both domains under load: no request fails, no connection is cut, no container restarts", async () => {
    await give(second.chain, second.key);
    const before = await starts();
    const idle = await Promise.all(
      [domain, twin].map((name) =>
        IdleConnections.open(IDLE / 2, { port: stack.httpsPort, name, ca: root.pem }),
      ),
    );
    const requests = [domain, twin].map((name) => `https://${name}:${stack.httpsPort}/version`);
    const load = startLoad({
      requests,
      writes: stack.url(""),
      connections: 8,
      connectTo: { host: "127.0.0.1", port: stack.httpsPort },
      ca: root.pem,
    });
    const fresh = startLoad({
      requests,
      connections: 2,
      keepAlive: false,
      connectTo: { host: "127.0.0.1", port: stack.httpsPort },
      ca: root.pem,
    });
    try {
      await sleep(1000);
      await stack.up();
      await sleep(1000);
    } finally {
      const reports = await Promise.all([load.stop(), fresh.stop()]);
      for (const report of reports) {
        expect(report.ended).toBe("stopped");
        expect(report.total).toBeGreaterThan(20);
        expect(report.failed, JSON.stringify(report.failures)).toBe(0);
      }
    }
    for (const each of idle) {
      expect(each.cut).toBe(0);
      await each.ask();
      // They go on as they began: nothing made them connect anew.
      expect(each.fingerprints()).toEqual([fingerprint(first)]);
      each.close();
    }
    expect(await starts()).toEqual(before);
    expect(await servedLeaf(twin)).toBe(fingerprint(second));
    expect((await certs()).entries[0]).toMatchObject({
      served: { fingerprint: fingerprint(second) },
      problems: [],
    });
  });

  it("stands up to an outside witness", async ({ skip }) => {
    const { exitCode } = await startCommand("bash", ["-c", "command -v openssl"]);
    skip(exitCode !== 0, "openssl is not installed");
    const connect = ["s_client", "-connect", `127.0.0.1:${stack.httpsPort}`, "-servername", domain];
    const trust = ["-CAfile", rootFile(), "-verify_return_error", "-verify_hostname", domain];
    const answer = await mustRun("openssl", [...connect, ...trust]);
    expect(answer).toContain("Verify return code: 0 (ok)");
    expect(answer).toMatch(/subject=CN ?= ?second/);
    expect(answer).toMatch(/TLSv1\.3/);
    const old = await startCommand("openssl", [...connect, "-tls1_1"]);
    expect(old.exitCode, old.output).not.toBe(0);
  });

  it("is told by `certs` when it ends soon, and when another one is served", async () => {
    const metrics = join(stack.folder, "strongroom.prom");
    expect((await certs("--min-days-left", "98")).code).toBe(0);
    const soon = await certs("--min-days-left", "101", "--metrics", metrics);
    expect(soon.code).toBe(ENDING);
    expect(soon.entries[0]!.problems).toEqual([`ends on ${end.toISOString().slice(0, 10)}`]);
    expect(readFileSync(metrics, "utf8")).toMatch(
      new RegExp(`^strongroom_certificate_end_seconds\\{.*\\} ${end.getTime() / 1000}$`, "m"),
    );
    // Without routes the edge has nothing but a certificate that it made itself.
    await stack.withoutRoutes(() =>
      eventually(async () => {
        const { code, entries } = await certs();
        expect(code).toBe(ENDING);
        expect(entries[0]!.problems).toEqual(["served is another certificate than the one that was applied"]);
      }, 20),
    );
    await eventually(async () => expect((await certs()).code).toBe(0), 20);
  });

  const servedLeaf = async (name: string) =>
    (await probe({ host: "127.0.0.1", port: stack.httpsPort }, name)).chain[0]!.fingerprint256;

  /**
   * Gives the edge's next routes another certificate before the edge reads them, under the same generation: it is held
   * from the journal's word that they come until they are exchanged.
   */
  async function exchange(given: TestCertificate, wrong: TestCertificate): Promise<void> {
    const [edge] = await stack.containers("edge");
    const text = (pem: string) => JSON.stringify(pem.trim()).slice(1, -1);
    const values = {
      CERT: text(given.chain),
      KEY: text(given.key),
      WRONG_CERT: text(wrong.chain),
      WRONG_KEY: text(wrong.key),
    };
    const environment = Object.entries(values).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const inEdge = (...script: string[]) =>
      docker("exec", ...environment, edge!, "timeout", "120", "sh", "-c", script.join(" && "));
    const replace = (name: string) =>
      `i = index($0, ENVIRON["${name}"]); if (i) $0 = substr($0, 1, i - 1) ENVIRON["WRONG_${name}"] substr($0, i + length(ENVIRON["${name}"]))`;
    await inEdge(
      `until tail -n 1 /etc/strongroom/edge/journal.jsonl | grep -q '"step":"pending"'; do sleep 0.01; done`,
    );
    await docker("kill", "--signal=STOP", edge!);
    try {
      await inEdge(
        "cd /etc/strongroom/edge/instances/$(hostname)",
        'until grep -qF -e "$CERT" routes.yml; do sleep 0.01; done',
        `awk '{ ${replace("CERT")}; ${replace("KEY")}; print }' routes.yml > ../wrong.new`,
        "mv ../wrong.new routes.yml",
      );
    } finally {
      await docker("kill", "--signal=CONT", edge!);
    }
  }

  const another = () => issue({ name: "third", issuer: intermediate, names: [domain, twin] });

  it("is put back when the edge serves another one, and `up` fails", async () => {
    const [third, wrong] = await Promise.all([another(), another()]);
    const [before, leaf] = [await starts(), await servedLeaf(domain)];
    await give(third.chain, third.key);
    const [{ exitCode, output }] = await Promise.all([stack.run(["up", "--yes"]), exchange(third, wrong)]);
    expect(exitCode, output).not.toBe(0);
    const [wanted, seen] = [third, wrong].map((each) =>
      fingerprint(each).replaceAll(":", "").slice(0, 12).toLowerCase(),
    );
    expect(output).toMatch(
      new RegExp(
        `for (${domain}|${twin}) the edge did not serve certificate ${wanted} within 10 s; it serves ${seen}`,
      ),
    );
    expect((await certs()).entries).toMatchObject([{ served: { fingerprint: leaf }, problems: [] }]);
    expect(await starts()).toEqual(before);
  });

  it.runIf(FULL)("is the old one until the new one is proven, also when the run is killed", async () => {
    const [next, wrong] = await Promise.all([another(), another()]);
    const leaf = await servedLeaf(domain);
    await give(next.chain, next.key);
    const run = stack.start(["up", "--yes"]);
    await exchange(next, wrong);
    await eventually(async () => expect(await servedLeaf(domain)).toBe(fingerprint(wrong)));
    await crash(stack, run);
    await stack.mustRun(["repair"]);
    expect(await servedLeaf(domain)).toBe(leaf);
    await stack.up();
    expect(await servedLeaf(domain)).toBe(fingerprint(next));
  });

  describe("whose domain changes", () => {
    const agents = { http: new http.Agent(), https: new https.Agent() };
    const roots = () => root.pem + readFileSync(stack.caFile, "utf8");
    const at = (name: string, path = "/version") => `https://${name}:${stack.httpsPort}${path}`;
    const ask = (url: string, method = "GET") =>
      send({ url, method }, { connectTo: { host: "127.0.0.1", port: stack.httpsPort }, ca: roots() }, agents);
    /** Whole seconds; the update that sets it has read it by then. */
    let until: string;

    it.runIf(FULL)(
      "waits for somebody to answer for what is left to people, and touches nothing",
      async () => {
        const before = readFileSync(stack.configFile);
        const change = { from: domain, to: renamed };
        renameServices(stack, { ...change, until: "2099-01-01" });
        const { exitCode, output } = await stack.run(["up", "--yes"]);
        expect(exitCode, output).toBe(3);
        expect(output).toContain("what nobody has answered for");
        for (const task of tasksOfMove(stack, change)) expect(output).toContain(`--confirm ${task};`);
        await expect(servedLeaf(renamed)).rejects.toThrow();
        writeFileSync(stack.configFile, before);
      },
    );

    it("goes on under its old name: no request fails, path, query and method are kept", async () => {
      expect((await ask(at(alias))).status).toBe(200);
      until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 40_000).toISOString().replace(".000", "");
      // Its certificate would be there for the twin, and covers the old name for good.
      stack.configure((config) => delete config.certificates.domains[twin]);
      const change = { from: domain, to: renamed, until, ca: roots() };
      const { failed, total, lost, doubled, reports } = await changeDomainUnderLoad(stack, change);
      expect(failed, JSON.stringify(reports.map(({ failures, samples }) => [failures, samples]))).toBe(0);
      expect(total).toBeGreaterThan(50);
      expect([lost, doubled]).toEqual([[], []]);
      const said = readFileSync(join(stack.stackFolder, "audit.jsonl"), "utf8").trim().split("\n");
      expect(JSON.parse(said.at(-1)!)).toMatchObject({ event: "task", answer: "done", stack: stack.name });
      const old = await ask(at(domain, "/admin?a=1%20b&c"));
      expect([old.status, old.headers.location]).toEqual([301, at(renamed, "/admin?a=1%20b&c")]);
      expect((await ask(at(domain, "/items"), "POST")).status).toBe(308);
      expect((await ask(at(renamed))).status).toBe(200);
      expect((await ask(at(alias))).status).toBe(200);
      const [server] = await stack.containers("service");
      expect(await docker("inspect", "--format", "{{.Config.Env}}", server!)).toContain(
        `PUBLIC_URL=${at(renamed, "")}`,
      );
    });

    it("has no route and no certificate under the old one from the first update after its date", async () => {
      await sleep(Math.max(0, Date.parse(until) - Date.now() + 500));
      expect((await ask(at(domain))).status).toBe(301);
      expect(await stack.up()).toContain(`${domain} is removed, after its date ${until}`);
      await expect(servedLeaf(domain)).rejects.toThrow();
      expect((await certs()).entries).toEqual([]);
      expect((await ask(at(renamed))).status).toBe(200);
      if (FULL) await stack.mustRun(["preview", "--expect-no-changes"]);
    });
  });
});
