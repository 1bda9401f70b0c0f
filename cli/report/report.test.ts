import { describe, expect, it } from "vitest";
import { CANARY, change, dataVolume, edge, replica, SECRET } from "../../policies/gate/testing/changes";
import { TYPES } from "../../policies/support/types";
import { reportUnjudged } from "./report";
import { finding, firstInstall, part, refused, report, upgrade } from "./testing/reports";

const KEPT = { $: { retainOnDelete: true } };

describe("a report", () => {
  it("counts what changes by kind, without components", () => {
    expect(upgrade().counts).toEqual({ create: 8, update: 1, replace: 0, delete: 8, unjudged: 0 });
    expect(firstInstall().resources.some(({ type }) => type.startsWith("strongroom:"))).toBe(false);
  });

  it("says of each service what it was, will be, and who notices", () => {
    expect(upgrade().services[1]).toEqual({
      name: "server",
      before: "v1.0.0 (e8a340b6eddc)",
      after: "v1.1.0 (df43793a602a)",
      strategy: "rolling",
      interruption: "none",
      causes: [],
    });
    expect(firstInstall().services[1]).toMatchObject({ interruption: "new", after: "v1.0.0 (e8a340b6eddc)" });
    expect(firstInstall().services[1]).not.toHaveProperty("before");
    expect(refused().services[1]).toMatchObject({
      interruption: "interrupted",
      causes: ["the database is restarted (mounts)"],
    });
  });

  it("names data that is deleted, replaced, or left on its host, and no files that are written anew", () => {
    const volume = (name: string, role: string | undefined, kept: boolean, kind?: "replace") =>
      change(TYPES.volume, kept ? KEPT : {}, kind ? {} : undefined, {
        name,
        kind,
        ...(role ? { role } : {}),
      });
    expect(
      report([
        volume("a", "database-data", false),
        volume("b", undefined, false, "replace"),
        volume("c", "service-data", true),
        volume("d", "service-files", false),
        dataVolume(undefined, {}),
        dataVolume({}, {}, { name: "e" }),
      ]).data,
    ).toEqual([
      { volume: "a", role: "database-data", fate: "deleted" },
      { volume: "b", fate: "replaced" },
      { volume: "c", role: "service-data", fate: "left" },
    ]);
  });

  it("has a way back only where something changes, and is refused as the gate says", () => {
    expect(report([edge({}, {}, { kind: "same" })])).not.toHaveProperty("wayBack");
    expect(upgrade()).toMatchObject({ wayBack: "revert the diff and run up", refused: false });
    const given = (more: object) =>
      upgrade({ judgement: { findings: [], suppressed: [], errors: [], ...more } }).refused;
    expect(given({ findings: [finding()] })).toBe(true);
    expect(given({ findings: [finding({ level: "advisory" })] })).toBe(false);
    expect(given({ errors: ["it is no YAML"] })).toBe(true);
  });

  it("names the component that a resource is a part of, by names and types", () => {
    const of = Object.fromEntries(upgrade().resources.map(({ name, component }) => [name, component]));
    expect(of).toMatchObject({
      "server-df43793a602a-1": "server",
      "dashboard-39c1eaed7c71-files-write": "dashboard",
      "certificates-vault.example.com-1-key": "certificates",
      "routes-apply": "routes",
      "edge-front-state": "edge",
    });
    // Of a component that is not in the record: by label, by the form of a release's names, by type.
    const alone = [
      part("server", "other-1", TYPES.container, undefined, {}, { role: "service", service: "server" }),
      part("server", "web-app-0123456789ab-files", TYPES.volume, undefined, {}),
      part("edge", "proxy", TYPES.container, undefined, {}),
      change(TYPES.volume, undefined, {}, { name: "mine" }),
    ];
    expect(report(alone).resources.map(({ component }) => component)).toEqual([
      "server",
      "web-app",
      "edge",
      undefined,
    ]);
  });

  it("takes the longest component name that fits", () => {
    const component = (name: string) => change("strongroom:service:Service", {}, {}, { name, kind: "same" });
    const own = part("server", "app-api-0123456789ab-1", TYPES.volume, undefined, {});
    const [given] = report([component("app"), component("app-api"), own]).resources;
    expect(given).toMatchObject({ component: "app-api" });
  });

  it("holds no value of any property", () => {
    const given = { image: "v1.0", envs: [`A=${CANARY}`], secret: SECRET };
    const changes = [
      replica(given, { ...given, envs: [`B=${CANARY}`] }, { diffs: ["envs"] }),
      dataVolume({ driverOpts: { x: CANARY } }, undefined),
    ];
    const text = JSON.stringify(report(changes));
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain("ciphertext");
    expect(text).toContain("envs");
  });

  it("on a preview that was not judged says so, and whether it is refused", () => {
    expect(reportUnjudged("vault")).toMatchObject({ judged: false, refused: false, resources: [] });
    expect(reportUnjudged("vault", "no end")).toMatchObject({ refused: true, notJudged: "no end" });
  });
});
