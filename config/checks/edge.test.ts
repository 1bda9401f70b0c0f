import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, publicRaw, withValue } from "../testing";

describe("checkEdge", () => {
  it("binds addresses, once each", () => {
    const addresses = (list: string[]) => pathsOf(withValue(publicRaw(), "edge/addresses", list));
    expect(addresses(["203.0.113.10"])).toEqual([]);
    expect(addresses(["localhost", "010.0.0.1", "203.0.113.10/32"])).toHaveLength(3);
    expect(addresses(["203.0.113.10", "203.0.113.10"])).toEqual(["edge.addresses.1"]);
    expect(addresses(["0.0.0.0", "203.0.113.10"])).toEqual(["edge.addresses.0"]);
  });

  it("keeps a product for trying out on this machine", () => {
    expect(pathsOf(withValue(demoRaw(), "edge/addresses", ["127.0.0.1", "127.0.0.2", "::1"]))).toEqual([]);
    for (const address of ["0.0.0.0", "::", "192.168.1.10"]) {
      expect(pathsOf(withValue(demoRaw(), "edge/addresses", [address]))).toEqual(["edge.addresses.0"]);
    }
  });

  it("publishes on IPv6 only with an IPv6 network, since clients' addresses are lost else", () => {
    const raw = withValue(publicRaw(), "edge/addresses", ["0.0.0.0", "::"]);
    expect(problemsOf(raw)).toMatchObject([
      { path: "edge.addresses.1", remedy: expect.stringContaining("ipv6Subnet") as unknown },
    ]);
    expect(problemsOf(withValue(raw, "edge/ipv6Subnet", "fd00:5eed:1::/64"))).toEqual([]);
  });

  it("takes private networks in canonical form", () => {
    for (const subnet of [
      "fd00:5eed:1::/48",
      "2001:db8::/64",
      "FD00:5EED:1::/64",
      "fd00:5eed:0001::/64",
      "x",
    ]) {
      expect(pathsOf(withValue(publicRaw(), "edge/ipv6Subnet", subnet))).toEqual(["edge.ipv6Subnet"]);
    }
    for (const subnet of ["8.8.8.0/24", "172.31.250.0/29", "10.0.0.0/8", "172.31.250.1/24"]) {
      expect(pathsOf(withValue(publicRaw(), "edge/ipv4Subnet", subnet))).toEqual(["edge.ipv4Subnet"]);
    }
    expect(pathsOf(withValue(publicRaw(), "edge/ipv4Subnet", "172.31.250.0/24"))).toEqual([]);
  });

  it("keeps the two ports apart", () => {
    expect(pathsOf(withValue(demoRaw(), "edge/ports", { http: 8443, https: 8443 }))).toEqual(["edge.ports"]);
  });

  it("asks for preloading only as browsers' lists take it", () => {
    const hsts = (value: unknown) => pathsOf(withValue(publicRaw(), "edge/hsts", value));
    expect(hsts({ preload: true })).toEqual(["edge.hsts.preload"]);
    expect(hsts({ preload: true, includeSubdomains: true, maxAgeSeconds: 86_400 })).toEqual([
      "edge.hsts.preload",
    ]);
    expect(hsts({ preload: true, includeSubdomains: true })).toEqual([]);
  });
});
