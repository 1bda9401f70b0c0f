import type { ContainerArgs } from "@pulumi/docker";
import { describe, expect, it } from "vitest";
import { hardenedArgs } from "../components/container/hardened";
import { rules } from "./rules";
import { siteSettings } from "./site";
import { TYPES } from "./support/types";
import { judge } from "./testing/judge";
import { declaredResources } from "./testing/program";
import type { TestResource } from "./testing/resources";

/** Rules that a stack violates, with the resource's name. */
function violations(resources: readonly TestResource[], level: "mandatory" | "advisory"): string[] {
  return rules
    .filter((rule) => rule.level === level)
    .flatMap((rule) =>
      judge(rule, resources, siteSettings(rule.id)).map(
        ({ urn, message }) => `${rule.id} ${urn?.split("::").at(-1)}: ${message}`,
      ),
    );
}

describe("Pulumi.dev.yaml", () => {
  it("passes every rule", async () => {
    const resources = await declaredResources("Pulumi.dev.yaml", "dev");
    expect(resources.filter(({ type }) => type === TYPES.container)).toHaveLength(5);
    expect(violations(resources, "mandatory")).toEqual([]);
    expect(violations(resources, "advisory")).toEqual([]);
  }, 60_000);
});

describe("a stack that was changed", () => {
  it("is stopped", async () => {
    const resources = await declaredResources("Pulumi.dev.yaml", "dev");
    const [database, edge] = ["database", "edge"].map((role) =>
      resources.find(
        ({ type, inputs }) => type === TYPES.container && JSON.stringify(inputs.labels).includes(`"${role}"`),
      )!,
    );
    const changed = resources.map((resource) => {
      if (resource === database)
        return {
          ...resource,
          inputs: { ...resource.inputs, networksAdvanced: edge!.inputs.networksAdvanced },
        };
      return resource.type === TYPES.volume ? { ...resource, protect: false } : resource;
    });
    const ids = violations(changed, "mandatory").map((text) => text.split(" ")[0]);
    expect([...new Set(ids)].sort()).toEqual(["net-db-internal", "net-db-segment", "vol-db-protect"]);
  }, 60_000);
});

describe("a container that somebody adds to the program", () => {
  const added = async (args: Partial<ContainerArgs>) => {
    const resources = await declaredResources("Pulumi.dev.yaml", "dev", async () => {
      const docker = await import("@pulumi/docker");
      const network = new docker.Network("tools", { internal: true });
      new docker.Container("adminer", {
        image: "postgres:15.13",
        networksAdvanced: [{ name: network.name }],
        ...args,
      });
    });
    return violations(resources, "mandatory");
  };

  it("is held to every rule, whatever role it gives itself", async () => {
    const found = await added({
      ports: [{ internal: 8080, external: 443, ip: "127.0.0.1" }],
      envs: ["PGPASSWORD=secret"],
      volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }],
      labels: [{ label: "strongroom.role", value: "edge-front" }],
    });
    for (const text of found) expect(text).toMatch(/^\S+ adminer: /);
    expect([...new Set(found.map((text) => text.split(" ")[0]))].sort()).toEqual([
      "ctr-bind-allowlist",
      "ctr-cap-drop-all",
      "ctr-docker-socket",
      "ctr-healthcheck",
      "ctr-memory",
      "ctr-no-new-privs",
      "ctr-non-root",
      "ctr-readonly-root",
      "ctr-restart",
      "img-digest",
      "net-publish",
      "sec-env-literal",
      "stk-role",
    ]);
    expect(found.join()).not.toContain("PGPASSWORD=secret");
  }, 60_000);

  it("passes when it is as confined as the stack's own", async () => {
    const confined = hardenedArgs({
      user: { uid: 10_002, gid: 10_002 },
      limits: { memoryMiB: 128, cpus: 0.25, processes: 64 },
      capabilities: [],
      healthCheck: {
        test: ["CMD", "true"],
        intervalSeconds: 10,
        timeoutSeconds: 3,
        retries: 3,
        startPeriodSeconds: 10,
      },
      stopSignal: "SIGTERM",
      stopGraceSeconds: 10,
      tmpfs: {},
    });
    expect(await added({ ...confined, image: `postgres:15.13@sha256:${"1".repeat(64)}` })).toEqual([]);
  }, 60_000);
});

describe("Pulumi.prod.yaml", () => {
  it("passes every mandatory rule", async () => {
    const resources = await declaredResources("Pulumi.prod.yaml", "prod");
    expect(resources.filter(({ type }) => type === TYPES.container)).toHaveLength(6);
    expect(resources.filter(({ type }) => type === TYPES.dnsRecord)).toHaveLength(4);
    expect(violations(resources, "mandatory")).toEqual([]);
    const advisory = violations(resources, "advisory");
    expect([...new Set(advisory.map((text) => text.split(" ")[0]))]).toEqual(["dns-caa"]);
  }, 60_000);

  it("is stopped without the site's list of repositories", async () => {
    const resources = await declaredResources("Pulumi.prod.yaml", "prod");
    const rule = rules.find(({ id }) => id === "img-registry")!;
    expect(judge(rule, resources).length).toBeGreaterThan(0);
  }, 60_000);
});
