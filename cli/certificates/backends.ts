import { describeCertificate, type Description } from "../../config/certificates/describe";
import { parseCertificates } from "../../config/certificates/pem";
import { transportsInForce } from "../../operations/certificates/backend";
import { endings } from "./endings";

/** How the edge speaks TLS with a service itself. */
export interface BackendInUse {
  service: string;
  /** Name that the service's certificate must cover. */
  serverName: string;
  /** By which the service's certificate is judged. */
  authorities: Description[];
  /** What the edge shows, the certificate itself first; empty where it shows none. */
  shown: Description[];
  /** What is wrong, for people. Empty: all of them are valid for long enough. */
  problems: string[];
}

/**
 * The services of a route file that are reached by TLS, sorted by name.
 * @param minDaysLeft days for which each certificate must still be valid
 */
export function backendsInUse(content: string, now: Date, minDaysLeft: number): BackendInUse[] {
  return transportsInForce(content).map(({ service, transport }) => {
    const described = (pems: string[]) =>
      pems.flatMap(parseCertificates).map((each) => describeCertificate(each, now));
    const authorities = described(transport.rootCAs);
    const shown = described((transport.certificates ?? []).map(({ certFile }) => certFile));
    return {
      service,
      serverName: transport.serverName,
      authorities,
      shown,
      problems: [
        ...endings(authorities, minDaysLeft, "what it issued is refused from then on"),
        ...endings(shown, minDaysLeft, "the service may refuse the edge from then on"),
      ],
    };
  });
}
