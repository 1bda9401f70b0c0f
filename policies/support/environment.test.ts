import { describe, expect, it } from "vitest";
import { environmentSecrets, visitEnvironment } from "./environment";
import { Fields } from "./fields";

describe("environmentSecrets", () => {
  it("allows what the profiles give a reason for, and nothing else", () => {
    expect(environmentSecrets.defaults.allowed).toEqual({
      edge: ["HTTPS_PROXY"],
      "service/server": ["DB_PASS", "HTTP_PROXY", "PRO_SESSION_SECRET", "SESSION_SECRET", "SMTP_PASSWORD"],
      "service/dashboard": ["DASHBOARD_SESSION_SECRET", "DB_PASS", "HTTP_PROXY", "SESSION_SECRET"],
    });
  });
});

describe("visitEnvironment", () => {
  it("splits at the first equals sign; a name alone has no value", () => {
    const seen: [string, string][] = [];
    const inputs = new Fields({ envs: ["A=b=c", "EMPTY=", "ALONE", "=x"] }, () => {});
    visitEnvironment(inputs, (name, value) => seen.push([name, value]));
    expect(seen).toEqual([
      ["A", "b=c"],
      ["EMPTY", ""],
      ["ALONE", ""],
      ["", "x"],
    ]);
  });
});
