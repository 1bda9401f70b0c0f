import { describe, expect, it } from "vitest";
import { pathsOf, problemsOf, publicRaw, withValue } from "../testing";

const isEncrypted = () => false;

describe("checkEncryption", () => {
  it("refuses a secret in plain text, wherever the schema calls it one, and never shows it", () => {
    const secrets: [string, unknown, string][] = [
      ["stackKey", "a".repeat(64), "stackKey"],
      ["dns", { apiToken: "hunter2" }, "dns.apiToken"],
      ["smtp", { host: "smtp.example.com", user: "u", password: "hunter2" }, "smtp.password"],
      ["outboundProxy", { url: "http://u:hunter2@proxy.example.com:3128" }, "outboundProxy.url"],
      [
        "services/server/secrets",
        { SESSION_SECRET: { value: "hunter2" } },
        "services.server.secrets.SESSION_SECRET.value",
      ],
      [
        "certificates/default",
        { mode: "custom", certificate: "x.pem", key: "hunter2" },
        "certificates.default.key",
      ],
    ];
    for (const [path, value, expected] of secrets) {
      const problems = problemsOf(withValue(publicRaw(), path, value), { isEncrypted });
      expect(problems.map((problem) => problem.path)).toContain(expected);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    }
  });

  it("takes them encrypted", () => {
    const raw = withValue(publicRaw(), "stackKey", "a".repeat(64));
    expect(pathsOf(raw, { isEncrypted: ([key]) => key === "stackKey" })).toEqual([]);
  });

  it("takes a proxy without a password in plain text", () => {
    const raw = withValue(publicRaw(), "outboundProxy", { url: "http://proxy.example.com:3128" });
    expect(pathsOf(raw, { isEncrypted })).toEqual([]);
  });

  it("says how to encrypt it", () => {
    const raw = withValue(publicRaw(), "dns", { apiToken: "hunter2" });
    expect(problemsOf(raw, { isEncrypted })[0]!.remedy).toContain(
      "pulumi config set --secret --path 'strongroom:dns.apiToken'",
    );
  });
});
