import { describe, expect, it } from "vitest";
import { contains, isCidr, parseAddress, parseCidr } from "../../config/addresses";
import { frontArguments, renderTarget } from "./front";
import { containerAddresses } from "./front-networks";

const holds = (ranges: string[], address: string) =>
  ranges.some((range) => {
    const cidr = parseCidr(range);
    return isCidr(cidr) && contains(cidr, parseAddress(address)!);
  });

describe("containerAddresses", () => {
  it("is the network without its gateway", () => {
    expect(containerAddresses([{ subnet: "192.0.2.0/29", gateway: "192.0.2.1" }])).toEqual([
      "192.0.2.0/32",
      "192.0.2.2/31",
      "192.0.2.4/30",
    ]);
    // In a preview the provider has filled in the range alone.
    expect(containerAddresses([{ subnet: "192.0.2.0/29", gateway: "" }])).toHaveLength(3);
    const ranges = containerAddresses([
      { subnet: "172.20.0.0/16", gateway: "172.20.0.1" },
      { subnet: "fd00:5eed:1::/64" },
    ]);
    for (const inside of ["172.20.0.2", "172.20.255.254", "fd00:5eed:1::2", "fd00:5eed:1:0:ffff::1"])
      expect(holds(ranges, inside), inside).toBe(true);
    for (const outside of ["172.20.0.1", "172.21.0.2", "172.19.255.255", "fd00:5eed:1::1", "fd00:5eed:2::2"])
      expect(holds(ranges, outside), outside).toBe(false);
  });

  it("refuses to trust nobody knows whom", () => {
    expect(() => containerAddresses([])).toThrow(/no address range/);
    expect(() => containerAddresses([{ subnet: "192.0.2.0/29" }, {}])).toThrow(/no address range/);
  });
});

describe("renderTarget", () => {
  const target = JSON.parse(renderTarget({ id: "f".repeat(64), name: "edge-proxy-abc1234" }));

  it("sends both ports to the edge's own, with the client's address", () => {
    expect(target.tcp.services.web.loadBalancer.servers).toEqual([{ address: "edge-proxy-abc1234:8080" }]);
    expect(target.tcp.services.websecure.loadBalancer.servers).toEqual([
      { address: "edge-proxy-abc1234:8443" },
    ]);
    expect(target.tcp.serversTransports.edge.proxyProtocol).toEqual({ version: 2 });
  });

  it("sends what offers no protocol of the web to the edge that proves names, and the rest as before", () => {
    const challenges = { edge: "edge-proxy-new", names: ["b.localhost", "a.localhost"] };
    const { tcp, http } = JSON.parse(renderTarget({ id: "f", name: "edge-proxy-abc1234", challenges }));
    expect(tcp.routers.challenges).toMatchObject({
      rule: "(HostSNI(`a.localhost`) || HostSNI(`b.localhost`)) && !ALPN(`h2`) && !ALPN(`http/1.1`)",
      service: "challenges",
      tls: { passthrough: true },
    });
    expect(tcp.routers["websecure-tls"]).toMatchObject({ rule: "HostSNI(`*`)", service: "websecure" });
    expect(tcp.routers["websecure-tls"].priority).toBeLessThan(tcp.routers.challenges.priority);
    expect(tcp.services.challenges.loadBalancer.servers).toEqual([{ address: "edge-proxy-new:8443" }]);
    expect(tcp.services.websecure).toEqual(target.tcp.services.websecure);
    expect(http.middlewares["internal-target"].headers.customResponseHeaders).toEqual({
      "X-Strongroom-Target": "f",
      "X-Strongroom-Challenges": "edge-proxy-new",
    });
    expect(Object.keys(target.tcp.routers).sort()).toEqual(["web", "websecure"]);
  });

  it("says which edge it is only inside", () => {
    expect(Object.values<{ entryPoints: string[] }>(target.http.routers).map((r) => r.entryPoints)).toEqual([
      ["internal"],
    ]);
  });
});

describe("frontArguments", () => {
  it("bind the internal entry point to loopback", () => {
    expect(frontArguments()).toContain("--entryPoints.internal.address=127.0.0.1:8090");
  });
});
