import ipaddr from "ipaddr.js";

// RFC 6761 reserves .localhost and .test, ICANN reserved .internal for private use (2024): no public name ends so.
const privateSuffixes = [".localhost", ".test", ".internal"];
const privateRanges = ["loopback", "private", "uniqueLocal"];

/**
 * Whether a host name or IP address (IPv6 with or without brackets) can only mean this machine or a private
 * network. The demo has no access control worth the name, so it must not be reachable under a public one.
 */
export function isPrivateName(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (ipaddr.isValid(name)) return privateRanges.includes(ipaddr.process(name).range());
  return name === "localhost" || privateSuffixes.some((suffix) => name.endsWith(suffix) && name !== suffix);
}

/** Names of variables that ask for a certificate from a public authority (ACME, RFC 8555, and its clients). */
export function acmeVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => /(^|_)(ACME|LETSENCRYPT|CERTBOT|LEGO)(_|$)/i.test(name) && env[name])
    .sort();
}
