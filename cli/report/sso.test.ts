import { describe, expect, it } from "vitest";
import { taskText } from "./names";
import { ssoTasksOn } from "./sso";

const named = (fingerprint: string) => ({ certificate: `vault-${fingerprint}`, fingerprint });
const sso = (inUse: string, announced?: string) => ({
  ssoCertificates: {
    server: { inUse: named(inUse), ...(announced ? { announced: named(announced) } : {}) },
  },
});
const on = (before: object, after: object | undefined) =>
  ssoTasksOn({ outputs: { before: { ...before }, after: after && { ...after } } }).map((task) =>
    taskText(task).replace(/ \[sso-certificate-server-[0-9a-f]{6}\]$/, ""),
  );

describe("what identity providers have to learn", () => {
  it("is nothing where nothing changes, without such certificates, and where the program failed", () => {
    expect(on(sso("AA", "BB"), sso("AA", "BB"))).toEqual([]);
    expect(on({}, {})).toEqual([]);
    expect(on(sso("AA"), {})).toEqual([]);
    expect(on(sso("AA"), undefined)).toEqual([]);
  });

  it("is the first certificate, before the service shows it", () => {
    expect(on({}, sso("AA"))).toEqual([
      "before: make sure that the identity provider of server has the certificate vault-AA (SHA-256 AA), which sp.crt becomes",
    ]);
  });

  it("is the announced one, after the change that announces it", () => {
    expect(on(sso("AA"), sso("AA", "BB"))).toEqual([
      "after: give the identity provider of server the certificate vault-BB (SHA-256 BB) beside the one in use: the first certificate of its file, without the chain",
    ]);
  });

  it("is asked for again before it is shown, and the old one goes once nobody goes back to it", () => {
    const learn =
      "before: make sure that the identity provider of server has the certificate vault-BB (SHA-256 BB), which sp.crt becomes";
    const forget = "after: have the identity provider of server forget the certificate vault-AA (SHA-256 AA)";
    expect(on(sso("AA", "BB"), sso("BB"))).toEqual([learn, forget]);
    expect(on(sso("AA", "BB"), sso("BB", "AA"))).toEqual([learn]);
    expect(on(sso("BB", "AA"), sso("BB"))).toEqual([forget]);
  });
});
