import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const list = (networks: string[], raw = publicRaw()) =>
  problemsOf(withValue(raw, "services/dashboard/allowedIps", networks));

describe("checkAllowLists", () => {
  it("takes networks of both families, and nobody", () => {
    expect(list(["198.51.100.0/24", "2001:db8::/32", "10.0.0.0/8", "192.168.1.0/24"])).toEqual([]);
    expect(list([])).toEqual([]);
    expect(
      settingsOf(withValue(publicRaw(), "services/server/allowedIps", [])).services.server!.allowedIps,
    ).toEqual([]);
    expect(settingsOf(publicRaw()).services.server).not.toHaveProperty("allowedIps");
  });

  it.each([
    ["198.51.100.7", "198.51.100.7/32"],
    ["2001:db8::7", "2001:db8::7/128"],
    ["198.51.100.7/24", "198.51.100.0/24"],
    ["198.51.100.0/33", "prefix length"],
    ["office.example.com", "192.0.2.0/24"],
    ["::ffff:10.0.0.0/104", "192.0.2.0/24"],
    ["010.0.0.0/8", "192.0.2.0/24"],
  ])("refuses %s and proposes what to write", (given, proposed) => {
    const problems = list([given]);
    expect(problems).toMatchObject([
      { path: "services.dashboard.allowedIps.0", value: JSON.stringify(given) },
    ]);
    expect(problems[0]!.remedy).toContain(proposed);
  });

  it.each(["0.0.0.0/0", "::/0"])("refuses %s, which protects nothing, for every product", (given) => {
    expect(list([given])).toHaveLength(1);
    expect(list([given], demoRaw())).toHaveLength(1);
  });

  it.each(["172.16.0.0/12", "172.18.0.0/16", "172.18.0.1/32", "192.168.0.0/16", "128.0.0.0/1"])(
    "refuses %s, in which Docker's default pools have a gateway, but for products for trying out",
    (given) => {
      expect(list([given])).toHaveLength(1);
      expect(list([given], demoRaw())).toEqual([]);
    },
  );

  it("judges by the edge's own networks where they are configured", () => {
    const raw = withValue(publicRaw(), "edge/ipv4Subnet", "10.20.0.0/24");
    expect(list(["172.16.0.0/12"], raw)).toEqual([]);
    expect(list(["10.0.0.0/8"], raw)).toHaveLength(1);
    const six = withValue(publicRaw(), "edge/ipv6Subnet", "fd00:5eed:1::/64");
    expect(list(["fd00::/8"], six)).toHaveLength(1);
    expect(list(["fd00:5eed:2::/64"], six)).toEqual([]);
  });

  it("explains why", () => {
    expect(list(["172.16.0.0/12"])[0]!.reason).toContain("172.17.0.1");
    expect(pathsOf(withValue(publicRaw(), "services/dashboard/allowedIps", "10.0.0.0/8"))).toEqual([
      "services.dashboard.allowedIps",
    ]);
  });
});
