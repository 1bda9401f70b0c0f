import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, withValue } from "../testing";

const docker = "unix:///var/run/docker.sock";

describe("checkHosts", () => {
  it("wants exactly one primary", () => {
    expect(pathsOf(withValue(demoRaw(), "hosts", { a: { docker }, b: { docker } }))).toContain("hosts");
    expect(pathsOf(withValue(demoRaw(), "hosts", { a: { docker, role: "standby" } }))).toContain("hosts");
    expect(pathsOf(withValue(demoRaw(), "hosts", { a: { docker }, b: { docker, role: "standby" } }))).toEqual(
      [],
    );
  });

  it("refuses addresses that are none", () => {
    expect(pathsOf(withValue(demoRaw(), "hosts/local/addresses", ["192.0.2.1", "192.0.2.1:80"]))).toEqual([
      "hosts.local.addresses.1",
    ]);
  });

  it("names the nearest host for one that does not exist", () => {
    const [problem] = problemsOf(withValue(demoRaw(), "services/server/host", "locl"));
    expect(problem).toMatchObject({ path: "services.server.host", value: '"locl"' });
    expect(problem!.remedy).toContain("`local`");
  });

  it("keeps what shares a network on one host", () => {
    const raw = withValue(demoRaw(), "hosts/other", { docker, role: "standby" });
    expect(pathsOf(withValue(raw, "database/host", "other"))).toEqual(["database.host"]);
    const moved = withValue(raw, "edge/host", "other");
    expect(pathsOf(moved)).toEqual(["database.host", "services.dashboard.host", "services.server.host"]);
  });
});
