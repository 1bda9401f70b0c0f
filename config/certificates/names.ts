import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { commonName, type Finding, shown } from "./finding";

/** Names that a certificate is for (RFC 5280, section 4.2.1.6), DNS names and addresses apart. */
export function namesOf({ subjectAltName }: X509Certificate): { dns: string[]; ip: string[] } {
  const names: { dns: string[]; ip: string[] } = { dns: [], ip: [] };
  // Node writes a name with unusual characters as JSON, so that a comma in it does not end it.
  for (const [, kind, json, plain] of (subjectAltName ?? "").matchAll(
    /(DNS|IP Address):(?:("(?:[^"\\]|\\.)*")|([^,]*))/g,
  )) {
    names[kind === "DNS" ? "dns" : "ip"].push(json === undefined ? plain! : unquote(json));
  }
  return names;
}

function unquote(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

/**
 * Whether clients take the certificate for a name or an address: by subject alternative name alone, a wildcard
 * for the whole of the leftmost label (RFC 9525, sections 6.3 to 6.5).
 * @param name in its A-label form if it is an internationalised one
 */
export function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: "never", partialWildcards: false }) !== undefined;
}

/** Why a name is not covered, if it is not. */
export function judgeName(certificate: X509Certificate, name: string): Finding[] {
  if (covers(certificate, name)) return [];
  const { dns, ip } = namesOf(certificate);
  const say = (code: string, reason: string, remedy = `have it issued for ${name}`): Finding[] => [
    { code, about: "certificate", reason, remedy },
  ];
  if (dns.length + ip.length === 0) {
    const common = commonName(certificate.subject);
    return say(
      "no-names",
      `has no subject alternative name${common ? `; its common name ${shown(common)} counts for no client` : ""}`,
      `have it issued with ${name} as subject alternative name`,
    );
  }
  if (isIP(name) !== 0) {
    if (dns.includes(name))
      return say("address-as-dns", `names ${name} as a DNS name, which no client takes for an address`);
    return say("address-not-covered", `does not cover the address ${name}; it names ${listed(dns, ip)}`);
  }
  const unicode = dns.find((each) => each !== name && domainToASCII(each) === name);
  if (unicode !== undefined && !/^[\x21-\x7e]+$/.test(unicode)) {
    return say("unicode-name", `names ${name} in Unicode, where clients look for its A-label`);
  }
  const wildcards = dns.filter((each) => each.startsWith("*."));
  if (wildcards.includes(`*.${name}`)) {
    return say(
      "wildcard-apex",
      `does not cover ${name}: the wildcard *.${name} stands for a label before it`,
    );
  }
  const above = wildcards.find((each) => name.endsWith(each.slice(1)));
  if (above !== undefined) {
    return say("wildcard-depth", `does not cover ${name}: the wildcard ${above} stands for one label only`);
  }
  const partial = dns.find((each) => /\*/.test(each) && !each.startsWith("*."));
  if (partial !== undefined) {
    return say(
      "wildcard-partial",
      `does not cover ${name}: in ${shown(partial)} the wildcard is not the whole leftmost label`,
    );
  }
  return say("name-not-covered", `does not cover ${name}; it names ${listed(dns, ip)}`);
}

/** At most five names, for a message. */
function listed(dns: string[], ip: string[]): string {
  const all = [...dns, ...ip];
  const more = all.length > 5 ? ` and ${all.length - 5} more` : "";
  return `${all.slice(0, 5).map(shown).join(", ")}${more}`;
}
