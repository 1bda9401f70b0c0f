import { describe, expect, it } from "vitest";
import { goDuration, hardenedArgs, healthDeadlineSeconds } from "./hardened";

const healthCheck = {
  test: ["CMD", "true"],
  intervalSeconds: 2,
  timeoutSeconds: 3,
  retries: 4,
  startPeriodSeconds: 10,
};
const args = hardenedArgs({
  user: { uid: 10001, gid: 10002 },
  limits: { memoryMiB: 256, cpus: 0.5, processes: 128 },
  capabilities: ["net_bind_service"],
  healthCheck,
  stopSignal: "SIGTERM",
  stopGraceSeconds: 30,
  tmpfs: { "/tmp": { uid: 10001, gid: 10002, sizeMiB: 8 } },
});

describe("hardenedArgs", () => {
  it("drops everything and adds only what is asked, in Docker's own spelling", () => {
    expect(args.capabilities).toEqual({ drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE"] });
  });

  it("bounds memory without swap, CPU, processes and logs", () => {
    expect(args).toMatchObject({ memory: 256, memorySwap: 256, cpus: "0.5" });
    expect(args.ulimits).toEqual([{ name: "nproc", soft: 128, hard: 128 }]);
    expect(args.logOpts["max-size"]).toBe("10m");
  });

  it("is not root, writes nowhere but to memory, and gains no privileges", () => {
    expect(args).toMatchObject({
      user: "10001:10002",
      readOnly: true,
      securityOpts: ["no-new-privileges:true"],
    });
    expect(args.tmpfs["/tmp"]).toBe("rw,noexec,nosuid,nodev,size=8388608,uid=10001,gid=10002,mode=0700");
  });

  it("stops with grace, since the provider's own default kills at once", () => {
    expect(args).toMatchObject({ destroyGraceSeconds: 30, stopTimeout: 30, stopSignal: "SIGTERM" });
  });

  it("waits as long as the health check may take to fail", () => {
    expect(healthDeadlineSeconds(healthCheck)).toBe(10 + 4 * 5 + 2);
    expect(args.waitTimeout).toBe(32);
  });
});

describe("goDuration", () => {
  it.each([
    [2, "2s"],
    [60, "1m0s"],
    [120, "2m0s"],
    [3600, "1h0m0s"],
    [3725, "1h2m5s"],
  ])("spells %i s as %s", (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });
});
