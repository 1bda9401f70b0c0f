import { describe, expect, it } from "vitest";
import { demoRaw, problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const set = (name: string, value: string, raw = publicRaw()) =>
  problemsOf(withValue(raw, "services/server/environment", { [name]: value }));

describe("checkEnvironment", () => {
  it("adds the operator's variables to the stack's", () => {
    const raw = withValue(demoRaw(), "services/server/environment", { LOG_LEVEL: "debug" });
    expect(settingsOf(raw).services.server!.environment).toMatchObject({
      LOG_LEVEL: "debug",
      DATABASE_NAME: "vault",
    });
  });

  it.each(["DB_HOST", "DB_PASS", "PRO_SERVER_PORT", "SMTP_HOST"])("keeps %s to the stack", (name) => {
    expect(set(name, "x")).toMatchObject([{ path: `services.server.environment.${name}` }]);
  });

  it.each(["DB_PASSWORD", "Api_Token", "CLIENT_SECRET", "S3_APIKEY", "PASSWD"])(
    "refuses %s, which is a secret by its name, and does not show it",
    (name) => {
      const problems = set(name, "hunter2");
      expect(problems).toHaveLength(1);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    },
  );

  it("takes the name of a file that holds a secret", () => {
    expect(set("CLIENT_SECRET_FILE", "/run/x")).toEqual([]);
  });

  it.each(["http://user:hunter2@proxy:3128", "postgres://u:hunter2@db/x", "see https://hunter2@host/ there"])(
    "refuses credentials in a URL: %s",
    (value) => {
      const problems = set("EXTRA", value);
      expect(problems).toHaveLength(1);
      expect(JSON.stringify(problems)).not.toContain("hunter2");
    },
  );

  it("takes URLs without, and mail addresses", () => {
    expect(set("EXTRA", "https://host/path?to=a@example.com")).toEqual([]);
    expect(set("EXTRA", "a@example.com")).toEqual([]);
  });

  it.each([
    ["NODE_TLS_REJECT_UNAUTHORIZED", "0"],
    ["SMTP_ALLOW_INVALID_CRT", "true"],
    ["EMAIL_ALLOW_INVALID_CERTIFICATE", "True"],
  ])("refuses %s=%s", (name, value) => {
    expect(set(name, value)).toMatchObject([{ reason: expect.stringContaining("verification") as unknown }]);
  });

  it("does not show a value that is no string either", () => {
    const raw = withValue(publicRaw(), "services/server/environment", { DB_PASSWORD: 8675309 });
    expect(problemsOf(raw)).toHaveLength(1);
    expect(JSON.stringify(problemsOf(raw))).not.toContain("8675309");
  });

  it("refuses names that are none", () => {
    expect(set("1ST", "x")).toHaveLength(1);
    expect(set("A-B", "x")).toHaveLength(1);
  });
});
