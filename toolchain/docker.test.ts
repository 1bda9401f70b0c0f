import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import {
  daemonArguments,
  ensureDocker,
  localEndpoint,
  refuseOtherEndpoint,
  uniqueLocalSubnet,
} from "./docker";

describe("DOCKER_HOST", () => {
  it("may be missing or say the same as the configuration", () => {
    refuseOtherEndpoint(localEndpoint, undefined);
    refuseOtherEndpoint(localEndpoint, "");
    refuseOtherEndpoint(localEndpoint, localEndpoint);
  });
  it("must not say something else", () =>
    expect(() => refuseOtherEndpoint(localEndpoint, "ssh://root@vault")).toThrow(
      /ssh:\/\/root@vault.*unset DOCKER_HOST/,
    ));
});

describe("a started daemon", () => {
  it("gets IPv6 rules as an experiment before 27, without being asked later", () => {
    expect(daemonArguments("Docker version 20.10.24+dfsg1, build 297e128", "m")).toContain("--experimental");
    expect(daemonArguments("Docker version 28.2.2, build e6534b4", "m")).not.toContain("--experimental");
    expect(daemonArguments("Docker version 28.2.2, build e6534b4", "m")).toContain("--ipv6");
  });

  it("gets a unique local /64 of its machine", () => {
    const [address, bits] = ipaddr.parseCIDR(uniqueLocalSubnet("machine-a"));
    expect(address.range()).toBe("uniqueLocal");
    expect(bits).toBe(64);
    expect(uniqueLocalSubnet("machine-a")).toBe(uniqueLocalSubnet("machine-a"));
    expect(uniqueLocalSubnet("machine-a")).not.toBe(uniqueLocalSubnet("machine-b"));
  });
});

it("says what to do where no daemon can be started from here", async () => {
  const progress = { step: () => Promise.reject(new Error("nothing may be installed")) };
  await expect(ensureDocker("unix:///nonexistent/docker.sock", progress)).rejects.toThrow(
    /unix:\/\/\/nonexistent\/docker\.sock.*correct hosts\.<name>\.docker/s,
  );
});
