import { describeCertificate, type Description } from "../../config/certificates/describe";
import { clientsInForce } from "../../operations/certificates/clients";
import { endings } from "./endings";

/** A truststore that the edge judges clients by. */
export interface TruststoreInUse {
  name: string;
  generation: number;
  /** Whose clients are judged by it. */
  domains: string[];
  authorities: Description[];
  /** What is wrong, for people. Empty: all of its authorities are valid for long enough. */
  problems: string[];
}

/**
 * The truststores of a route file, sorted by name.
 * @param minDaysLeft days for which each of their authorities must still be valid
 */
export function truststoresInUse(content: string, now: Date, minDaysLeft: number): TruststoreInUse[] {
  const found = new Map<string, TruststoreInUse>();
  for (const { domain, truststore, authorities } of clientsInForce(content)) {
    if (!truststore) continue;
    const known = found.get(truststore.name);
    if (known) known.domains.push(domain);
    else {
      const described = authorities.map((each) => describeCertificate(each, now));
      const problems = endings(described, minDaysLeft, "its clients are refused from then on");
      found.set(truststore.name, { ...truststore, domains: [domain], authorities: described, problems });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
