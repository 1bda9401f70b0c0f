import { describeCertificate, type Description } from "../../config/certificates/describe";
import type { DomainCertificate } from "../../config/settings";
import { acmeFailure } from "../../operations/certificates/edge-log";
import { acmeNames, certificatesInForce, type InForce } from "../../operations/certificates/in-force";
import { probe } from "../../operations/certificates/probe";
import { EdgeHost, short } from "../../operations/edge-host";
import { CliError } from "../exit";
import type { Session } from "../session";
import { loadState, recordedGeneration } from "../settle/state-edit";
import { renewalHours } from "../../components/edge/acme";
import { edgeAddresses } from "./addresses";
import { type BackendInUse, backendsInUse } from "./backends";
import { firstEnd, trustedRoots } from "./first-end";
import { type SsoCertificateInUse, ssoCertificatesInUse } from "./sso";
import { type TruststoreInUse, truststoresInUse } from "./truststores";

/** A certificate that the edge really gave, under one name at one of its addresses. */
export interface CertificateInUse {
  domain: string;
  address: string;
  /** Mode by which the configuration has it: private-ca, custom or acme; "none" if it names the domain no more. */
  source: string;
  /** What was served; missing when nothing was. */
  served?: Description & { protocol: string };
  /** When it, or the first of its issuers below a root, ends: ISO 8601. */
  ends?: string;
  /** What is wrong, for people. Empty: it is the applied one, and valid for long enough. */
  problems: string[];
}

/** Every certificate that a running stack relies on. */
export interface InUse {
  certificates: CertificateInUse[];
  truststores: TruststoreInUse[];
  backends: BackendInUse[];
  ssoCertificates: SsoCertificateInUse[];
}

/**
 * Looks at every certificate that a running stack uses, by a handshake with the edge for each name and address, and at
 * the truststores and the ways to services by TLS that it has in force.
 * @param minDaysLeft days for which each must still be valid
 * @throws CliError when the stack has no running edge
 */
export async function certificatesInUse(
  { context, config, toolchain }: Session,
  now: Date,
  minDaysLeft: number,
): Promise<InUse> {
  const { settings } = config;
  const { docker } = settings.hosts[settings.edge.host]!;
  const [state, edge] = await Promise.all([
    loadState(context, toolchain),
    EdgeHost.find(docker, context.stack),
  ]);
  if (!edge) throw new CliError(`stack ${context.stack} has no running edge on ${docker}`);
  const recorded = recordedGeneration(state.resources);
  const { generation, content } = await edge.confirmed();
  const general =
    generation === recorded
      ? []
      : [
          `the routes in force are ${short(generation)}, the last update's ${recorded ? short(recorded) : "none"}`,
        ];
  const addresses = edgeAddresses(settings);
  const port = settings.edge.ports.https;
  const { acme } = settings.certificates;
  const byAcme = acmeNames(content);
  const certificates = await Promise.all(
    certificatesInForce(content).flatMap((inForce) =>
      addresses.map(async (address): Promise<CertificateInUse> => {
        const configured = settings.certificates.domains[inForce.domain];
        const source = configured?.mode ?? "none";
        const found = await look(inForce, configured, address, port, now, minDaysLeft);
        const { resolver } = byAcme.find(({ domain }) => domain === inForce.domain) ?? {};
        const overdue =
          resolver === undefined || found.served === undefined || acme === undefined
            ? []
            : await renewalProblems(edge, resolver, found.served, acme.lifetimeHours, now);
        return {
          domain: inForce.domain,
          address,
          source,
          ...found,
          problems: [...general, ...found.problems, ...overdue],
        };
      }),
    ),
  );
  return {
    certificates,
    truststores: truststoresInUse(content, now, minDaysLeft),
    backends: backendsInUse(content, now, minDaysLeft),
    ssoCertificates: ssoCertificatesInUse(Object.values(settings.services), state.outputs, now, minDaysLeft),
  };
}

async function look(
  { domain, chains }: InForce,
  configured: DomainCertificate | undefined,
  address: string,
  port: number,
  now: Date,
  minDaysLeft: number,
): Promise<Pick<CertificateInUse, "served" | "ends" | "problems">> {
  let answer: Awaited<ReturnType<typeof probe>>;
  try {
    answer = await probe({ host: address, port }, domain);
  } catch (error) {
    return { problems: [`no certificate served: ${(error as Error).message}`] };
  }
  const [leaf] = answer.chain;
  if (!leaf) return { problems: ["no certificate served"] };
  const ends = firstEnd(answer.chain, trustedRoots(configured));
  const soon = ends.getTime() - now.getTime() < minDaysLeft * 86_400_000;
  const served = describeCertificate(leaf, now);
  return {
    served: { ...served, protocol: answer.protocol },
    ends: ends.toISOString(),
    problems: [
      ...(chains && !chains.some(([first]) => first === served.fingerprint)
        ? ["served is another certificate than the one that was applied"]
        : []),
      ...(soon ? [`${ends < now ? "ended" : "ends"} on ${ends.toISOString().slice(0, 10)}`] : []),
    ],
  };
}

/** Why the edge could not renew a certificate by ACME that it should have, if its log says so. */
export async function renewalProblems(
  edge: Pick<EdgeHost, "endpoint" | "container">,
  resolver: string,
  { notBefore, notAfter }: Pick<Description, "notBefore" | "notAfter">,
  lifetimeHours: number,
  now: Date,
): Promise<string[]> {
  const due = Date.parse(notAfter) - renewalHours(lifetimeHours) * 3_600_000;
  if (now.getTime() < due) return [];
  const failure = await acmeFailure(edge, resolver, new Date(notBefore));
  return failure ? [`could not be renewed: ${failure.reason} (${failure.time})`] : [];
}
