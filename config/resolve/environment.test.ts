import { describe, expect, it } from "vitest";
import { Secret } from "../secret";
import { fillEnvironment } from "./environment";

describe("fillEnvironment", () => {
  it("fills placeholders and leaves out variables that have one without a value", () => {
    const template = { A: "{smtp.host}:{smtp.port}", B: "plain {x", C: "{smtp.user}@{smtp.host}" };
    expect(
      fillEnvironment(template, { "smtp.host": "h", "smtp.port": "25", "smtp.user": undefined }),
    ).toEqual({
      environment: { A: "h:25", B: "plain {x" },
      secrets: [],
    });
  });

  it("does not fill what a value holds", () => {
    expect(fillEnvironment({ A: "{domain}" }, { domain: "{url}", url: "x" }).environment).toEqual({
      A: "{url}",
    });
  });

  it("keeps a secret out of the environment", () => {
    const secret = new Secret("s", "k");
    expect(fillEnvironment({ P: "{outboundProxy.url}" }, { "outboundProxy.url": secret })).toEqual({
      environment: {},
      secrets: [{ name: "P", secret, delivery: "environment", variable: "P" }],
    });
  });
});
