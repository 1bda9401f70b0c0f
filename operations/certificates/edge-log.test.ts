import { describe, expect, it } from "vitest";
import { failuresIn } from "./edge-log";

const resolver = "acme-http-01-1-vault_localhost";
const line = (more: object) =>
  JSON.stringify({ level: "error", providerName: `${resolver}.acme`, time: "2026-11-22T15:00:00Z", ...more });
const obtain = {
  message: "Unable to obtain ACME certificate for domains",
  error: "no:\n  [vault.localhost]  403",
};

describe("failuresIn", () => {
  it("finds what the edge says of a resolver, in one line", () => {
    expect(failuresIn(`${line(obtain)}\n`, resolver)).toEqual([
      { time: "2026-11-22T15:00:00Z", reason: "no: [vault.localhost] 403" },
    ]);
    const refused = { message: "Error renewing ACME certificate: {vault.localhost []}", error: "refused" };
    // Traefik's own level for an authority that cannot be reached.
    const gone = {
      level: "info",
      message: "Error renewing ACME certificate: {Main:vault.localhost SANs:[]}",
    };
    const log = [line(refused), line({ ...gone, error: "no such host" })].join("\n");
    expect(failuresIn(log, resolver).map(({ reason }) => reason)).toEqual(["refused", "no such host"]);
  });

  it("passes over other resolvers, requests, other messages and what is no JSON", () => {
    const log = [
      line({ ...obtain, providerName: "acme-http-01-1-other_localhost.acme", rule: resolver }),
      line({ message: "Testing certificate renew..." }),
      JSON.stringify({ RequestPath: `/${resolver}`, message: obtain.message, level: "error" }),
      `${resolver} not JSON`,
      "",
    ];
    expect(failuresIn(log.join("\n"), resolver)).toEqual([]);
  });
});
