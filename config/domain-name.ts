import { isIP } from "node:net";
import { domainToASCII } from "node:url";

// RFC 1123 labels; a name as a whole has at most 253 characters.
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with a domain name and what to write instead; undefined if nothing is. */
export function domainProblem(name: string): { reason: string; remedy: string } | undefined {
  const ascii = domainToASCII(name);
  if (!/^[\x21-\x7e]+$/.test(name) && ascii !== "") {
    return { reason: "is not in ASCII: certificates and DNS need its punycode", remedy: `write ${ascii}` };
  }
  if (name.startsWith("*.")) {
    return { reason: "is a wildcard, but a service is reached under one name", remedy: "give the full name" };
  }
  if (isIP(name) !== 0) return { reason: "is an address, not a name", remedy: "give the DNS name" };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name) || /[/:]/.test(name)) {
    return {
      reason: "is not a plain name",
      remedy: "leave out https://, the port and the path (see pathPrefix)",
    };
  }
  if (name !== name.toLowerCase())
    return { reason: "has capital letters", remedy: `write ${name.toLowerCase()}` };
  if (name.endsWith(".")) return { reason: "ends with a dot", remedy: `write ${name.slice(0, -1)}` };
  const labels = name.split(".");
  if (name.length > 253 || !labels.every((each) => label.test(each)) || /^[0-9]+$/.test(labels.at(-1)!)) {
    return {
      reason: "is not a DNS name",
      remedy:
        "use letters, digits and hyphens, dots between labels of 1 to 63 characters, e.g. vault.example.com",
    };
  }
  if (labels.length === 1 && name !== "localhost") {
    return { reason: "has no domain", remedy: "give the full name, e.g. vault.example.com" };
  }
  return undefined;
}

/** Whether a name can only be a private one: RFC 6761 (.localhost, .test), ICANN's .internal. */
export function isPrivateName(name: string): boolean {
  return name === "localhost" || [".localhost", ".test", ".internal"].some((suffix) => name.endsWith(suffix));
}

/**
 * Whether no public authority can vouch for a name: private ones, and those that RFC 6761, 6762, 7686 and 8375 set
 * apart.
 */
export function isReservedName(name: string): boolean {
  const suffixes = [".local", ".example", ".invalid", ".onion", ".home.arpa"];
  return isPrivateName(name) || suffixes.some((suffix) => name.endsWith(suffix));
}
