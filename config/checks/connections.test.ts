import { describe, expect, it } from "vitest";
import { Secret } from "../secret";
import { pathsOf, problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const part = (key: string, value: unknown) => withValue(publicRaw(), key, value);

describe("checkConnections", () => {
  it("needs a zone, a token and an address for records at Cloudflare", () => {
    const raw = withValue(part("dns", { provider: "cloudflare" }), "hosts/one/addresses", []);
    expect(pathsOf(raw)).toEqual(["dns.apiToken", "dns.zoneId", "hosts.one.addresses"]);
  });

  it("needs an address for records that people make, and none where nobody makes any", () => {
    const given = (provider: string) =>
      pathsOf(withValue(part("dns", { provider }), "hosts/one/addresses", []));
    expect(given("manual")).toEqual(["hosts.one.addresses"]);
    expect(given("none")).toEqual([]);
  });

  it("has user and password for mail, or neither", () => {
    const smtp = { host: "smtp.example.com" };
    expect(pathsOf(part("smtp", smtp))).toEqual([]);
    expect(pathsOf(part("smtp", { ...smtp, user: "u" }))).toEqual(["smtp.password"]);
    expect(pathsOf(part("smtp", { ...smtp, password: "p" }))).toEqual(["smtp.user"]);
  });

  it("reaches a mail server by name or address", () => {
    expect(pathsOf(part("smtp", { host: "192.0.2.25" }))).toEqual([]);
    expect(pathsOf(part("smtp", { host: "smtp.example.com:25" }))).toEqual(["smtp.host"]);
  });

  it("takes the address of a proxy and never shows it", () => {
    expect(pathsOf(part("outboundProxy", { url: "http://proxy.example.com:3128" }))).toEqual([]);
    for (const url of ["proxy:3128", "socks5://u:hunter2@proxy:1080", "http://u:hunter2@proxy/path"]) {
      const problems = problemsOf(part("outboundProxy", { url }));
      expect(problems).toMatchObject([{ path: "outboundProxy.url" }]);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    }
  });

  it("gives a proxy with a password to the product as a secret, else as a variable", () => {
    const open = settingsOf(part("outboundProxy", { url: "http://proxy.example.com:3128" }));
    expect(open.outboundProxy!.url).toBe("http://proxy.example.com:3128");
    expect(open.services.server!.environment.HTTP_PROXY).toBe("http://proxy.example.com:3128");
    const closed = settingsOf(part("outboundProxy", { url: "http://u:hunter2@proxy.example.com:3128" }));
    expect(closed.outboundProxy!.url).toBeInstanceOf(Secret);
    expect(closed.services.server!.environment).not.toHaveProperty("HTTP_PROXY");
    expect(closed.services.server!.secrets).toContainEqual(
      expect.objectContaining({ variable: "HTTP_PROXY", delivery: "environment" }),
    );
    expect(JSON.stringify(closed)).not.toContain("hunter2");
  });
});
