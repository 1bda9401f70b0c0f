import { describe, expect, it } from "vitest";
import { cookieValue, openSession, setCookie, signSession, type Session } from "./session";

const session: Session = { role: "visitor", id: "1", since: 100, until: 200 };
const signed = signSession(session, "secret");

describe("openSession", () => {
  it("gives back what was signed until its time is over", () => {
    expect(openSession(signed, "secret", 199)).toEqual(session);
    expect(openSession(signed, "secret", 200)).toBeUndefined();
  });

  it("refuses another secret, a changed session and anything else", () => {
    const admin = Buffer.from(JSON.stringify({ ...session, role: "admin" })).toString("base64url");
    const forged = [`${admin}.${signed.split(".")[1]}`, `${signed}.x`, `${signed}x`, "x", "", undefined];
    expect(openSession(signed, "other", 100)).toBeUndefined();
    for (const value of forged) expect(openSession(value, "secret", 100)).toBeUndefined();
  });
});

describe("cookies", () => {
  it("finds one cookie of several", () => {
    expect(cookieValue("xa=1; a=2;b=3", "a")).toBe("2");
    expect(cookieValue("xa=1", "a")).toBeUndefined();
    expect(cookieValue(undefined, "a")).toBeUndefined();
  });

  it("keeps it from scripts, and from plain connections where the product has none", () => {
    const options = { path: "/admin", maxAge: 60, secure: true };
    expect(setCookie("a", "b", options)).toBe("a=b; Path=/admin; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    expect(setCookie("a", "b", { ...options, secure: false })).not.toContain("Secure");
  });
});
