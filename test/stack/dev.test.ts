import { beforeAll, describe, expect, it } from "vitest";
import { committedConfig, type ProgramRun, runProgram, TYPES } from "./program";

describe("the dev stack", () => {
  let run: ProgramRun;
  beforeAll(async () => {
    run = await runProgram(await committedConfig("Pulumi.dev.yaml"));
  });

  it("declares front, edge, server, dashboard and database, and nothing else that runs", () => {
    expect(
      run
        .all(TYPES.container)
        .map(({ name }) => name.replace(/[0-9a-f]{12}/, "HASH"))
        .sort(),
    ).toEqual(["dashboard-HASH-1", "database-postgres", "edge-front", "edge-proxy", "server-HASH-1"]);
  });

  it("prefixes every child's name with its component's", () => {
    const children = run.resources.filter(
      ({ parent }) => parent && !parent.includes("::pulumi:pulumi:Stack::"),
    );
    expect(children.length).toBeGreaterThan(20);
    for (const { name, parent } of children) {
      const parentName = parent!.split("::").at(-1)!;
      expect(name.startsWith(parentName), `${name} under ${parentName}`).toBe(true);
    }
  });

  it("publishes only the front, on loopback", () => {
    const published = run.all(TYPES.container).filter(({ inputs }) => inputs.ports !== undefined);
    expect(published.map(({ name }) => name)).toEqual(["edge-front"]);
    expect(published[0]!.inputs.ports).toEqual([
      { internal: 8080, external: 8080, ip: "127.0.0.1", protocol: "tcp" },
      { internal: 8443, external: 8443, ip: "127.0.0.1", protocol: "tcp" },
    ]);
  });

  it("keeps the database on an internal network that the edge is not on", () => {
    expect(run.find(TYPES.network, "network-database").inputs.internal).toBe(true);
    const networksOf = (name: string | RegExp) =>
      (run.find(TYPES.container, name).inputs.networksAdvanced as { name: string }[]).map((n) => n.name);
    expect(networksOf("database-postgres")).toEqual(["network-database-abc1234"]);
    expect(networksOf("edge-front")).toEqual(["network-front-abc1234"]);
    expect(networksOf("edge-proxy")).toEqual(["network-front-abc1234", "network-edge-abc1234"]);
    expect(networksOf(/^server-/)).toEqual(["network-edge-abc1234", "network-database-abc1234"]);
  });

  it("protects the data volume under a name of its own, and the private root", () => {
    const volume = run.find(TYPES.volume, /^database-/);
    expect(volume.protect).toBe(true);
    expect(volume.inputs.name).toMatch(/^strongroom-dev-/);
    expect(run.find("tls:index/privateKey:PrivateKey", "certificates-ca-key").protect).toBe(true);
  });

  it("makes a new release beside the old one and replaces it on any change", () => {
    const server = run.find(TYPES.container, /^server-/);
    expect(server.deleteBeforeReplace).toBe(false);
    expect(server.replaceOnChanges).toEqual(["*"]);
    expect(server.inputs.name).toBeUndefined();
    expect(server.inputs).toMatchObject({ wait: true, mustRun: true });
  });

  it("deletes a database or front before its successor is made, and an edge after", () => {
    expect(run.find(TYPES.container, "database-postgres").deleteBeforeReplace).toBe(true);
    expect(run.find(TYPES.container, "database-postgres").replaceOnChanges).not.toContain("mustRun");
    expect(run.find(TYPES.container, "edge-front").deleteBeforeReplace).toBe(true);
    const edge = run.find(TYPES.container, "edge-proxy");
    expect(edge.deleteBeforeReplace).toBe(false);
    expect(edge.replaceOnChanges).toEqual(["*"]);
  });

  it("applies routes after the releases, and retires a release before its containers go", () => {
    const routes = run.find(TYPES.command, "routes-apply");
    const retire = run.find(TYPES.command, /^server-.*-retire$/);
    expect(retire.inputs).toMatchObject({ create: ":", delete: "exec operations/run retire delete" });
    expect(JSON.parse(secretValue(retire.inputs.stdin)).instance.container).toMatch(/^server-/);
    expect(
      JSON.parse(secretValue(routes.inputs.stdin)).releases.map((r: { service: string }) => r.service),
    ).toEqual(["server", "dashboard"]);
  });

  it("takes an edge out of service only when another has the traffic, and makes the front depend on none", () => {
    const retire = run.find(TYPES.command, "edge-retire");
    expect(retire.inputs).toMatchObject({ create: ":", delete: "exec operations/run retire-edge delete" });
    expect(JSON.parse(secretValue(retire.inputs.stdin)).edge).toBe("edge-proxy-id");
    const routes = run.find(TYPES.command, "routes-apply");
    expect(routes.dependsOn.filter((urn) => /::edge-(retire|front)$/.test(urn))).toHaveLength(2);
    const front = JSON.stringify(run.find(TYPES.container, "edge-front").inputs);
    expect(front).not.toContain("edge-proxy");
  });

  it("lets the edge believe the front's network about the client, without its gateway", () => {
    const write = run.find(TYPES.command, "edge-state-write");
    const { entries } = JSON.parse(secretValue(write.inputs.stdin)) as {
      entries: { path: string; content?: string }[];
    };
    const trusted = entries.find(({ path }) => path === "front-networks")!.content!.split(",");
    expect(trusted).toHaveLength(16);
    expect(trusted).toContain("172.30.0.0/32");
    expect(trusted).not.toContain("172.30.0.1/32");
  });

  it("takes a login role out of use after the releases that used it, when another one comes into use", async () => {
    const config: Record<string, unknown> = await committedConfig("Pulumi.dev.yaml");
    const roles = { active: "b", generationB: 2 };
    const next = await runProgram({ ...config, database: { ...(config.database as object), roles } });
    const [old, other] = [run, next].map((each) => each.find(TYPES.command, "database-provision"));
    expect(old!.inputs.delete).toBe("exec operations/run provision-database delete");
    expect([old!.inputs.triggers, other!.inputs.triggers]).toEqual([["vault_a"], ["vault_b"]]);
    expect(old!.deleteBeforeReplace).toBe(false);
    const { login, idle } = JSON.parse(secretValue(other!.inputs.stdin)) as {
      login: { role: string };
      idle: string;
    };
    expect([login.role, idle]).toEqual(["vault_b", "vault_a"]);
    const server = run.find(TYPES.container, /^server-/);
    expect(server.dependsOn.some((urn) => urn.endsWith("::database-provision"))).toBe(true);
    expect(next.find(TYPES.container, /^server-/).name).not.toBe(server.name);
  });

  it("gives actions relative command lines and hides their input", () => {
    for (const { inputs } of run.all(TYPES.command)) {
      for (const phase of ["create", "update", "delete"]) {
        expect(inputs[phase] ?? ":").toMatch(/^(:|exec operations\/run [a-z-]+ (create|update|delete))$/);
      }
      expect(inputs.logging).toBe("none");
      expect(inputs.dir).toBeUndefined();
      expect(inputs.stdin).toMatchObject({ "4dabf18193072939515e22adb298388d": expect.anything() });
    }
  });

  it("labels everything that Docker keeps with the stack and a role", () => {
    for (const type of [TYPES.container, TYPES.volume, TYPES.network]) {
      for (const { name, inputs } of run.all(type)) {
        const labels = Object.fromEntries(
          (inputs.labels as { label: string; value: string }[]).map((l) => [l.label, l.value]),
        );
        expect(labels["strongroom.stack"], name).toBe("dev");
        expect(labels["strongroom.role"], name).toBeTruthy();
      }
    }
  });
});

/** Value of an input that must be a secret. */
function secretValue(input: unknown): string {
  return (input as { value: string }).value;
}
