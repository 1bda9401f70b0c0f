import { createHash, type X509Certificate } from "node:crypto";
import { truststoreOf } from "../../components/edge/client-certificates";
import { parseCertificates } from "../../config/certificates/pem";
import type { EdgeHost } from "../edge-host";
import { waitFor } from "../traefik-host";
import { type ClientRequest, clientRequest, subjectOf } from "./client-request";
import { domainOf } from "./in-force";
import { withHandshake } from "./served";

/** How a route file has a domain's clients asked for certificates. */
export interface ClientsInForce {
  domain: string;
  mode: "required" | "optional" | "none";
  /** Its truststore; undefined with `none`. */
  truststore: { name: string; generation: number } | undefined;
  /** Of its truststore; empty with `none`. */
  authorities: X509Certificate[];
}

interface RouteFile {
  http?: { routers?: Record<string, { rule?: string; tls?: { options?: string } }> };
  tls?: { options?: Record<string, { clientAuth?: { caFiles: string[]; clientAuthType: string } }> };
}

/** Longest wait until an edge asks as it should, as for a new certificate. */
const DEADLINE_SECONDS = 10;

/** The domains that a route file answers, sorted, with what their clients are asked for. */
export function clientsInForce(content: string): ClientsInForce[] {
  const { http, tls } = JSON.parse(content) as RouteFile;
  const domains = new Map<string, ClientsInForce>();
  for (const router of Object.values(http?.routers ?? {})) {
    const domain = domainOf(router);
    if (domain === undefined) continue;
    const options = router.tls?.options ?? "default";
    const { clientAuth } = tls?.options?.[options] ?? {};
    domains.set(domain, {
      domain,
      mode: !clientAuth
        ? "none"
        : clientAuth.clientAuthType === "RequireAndVerifyClientCert"
          ? "required"
          : "optional",
      truststore: truststoreOf(options),
      authorities: (clientAuth?.caFiles ?? []).flatMap(parseCertificates),
    });
  }
  return [...domains.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

/**
 * Domains whose clients are asked for certificates, and those whose clients no longer are.
 * @param before content of the file that was proven last
 */
export function clientsToProve(before: string, after: string): ClientsInForce[] {
  const asked = new Set(
    clientsInForce(before)
      .filter(({ mode }) => mode !== "none")
      .map(({ domain }) => domain),
  );
  return clientsInForce(after).filter(({ domain, mode }) => mode !== "none" || asked.has(domain));
}

/**
 * Waits until an edge asks a domain's clients for the certificates that it should, by a handshake without one.
 * @throws OperationError after 10 s, with what was expected and what was seen
 */
export async function waitClients(edge: EdgeHost, expected: ClientsInForce): Promise<void> {
  const { domain, mode, authorities } = expected;
  const names = mode === "none" ? undefined : authorities.map(({ raw }) => subjectOf(raw));
  const wanted = asText({ authorities: names, letIn: mode !== "required" });
  await waitFor(
    wanted,
    async () => {
      const seen = await withHandshake(edge, (socket) => clientRequest(socket, domain));
      return seen ? asText(seen) : "there is no handshake";
    },
    (last, seconds) =>
      `for ${domain} the edge did not treat a client without a certificate as it should within ${seconds} s: ` +
      `it should be that ${wanted}, and ${last}`,
    DEADLINE_SECONDS,
  );
}

/** What a client without a certificate meets, for people and for comparison. */
function asText({ authorities, letIn }: ClientRequest): string {
  const end = letIn ? "it is let in" : "it is refused";
  if (!authorities) return `it is asked for none, and ${end}`;
  // One name may stand for two keys: it is asked for once.
  const names = [...new Set(authorities)].sort();
  const digest = createHash("sha256").update(names.join()).digest("hex").slice(0, 12);
  return `it is asked for one of ${names.length} authorities (${digest}), and ${end}`;
}
