import { docker } from "../docker";
import type { EdgeHost } from "../edge-host";

/** What the edge says about a resolver that could not get a certificate. */
export interface AcmeFailure {
  /** ISO 8601. */
  time: string;
  /** The authority's own words, or why it could not be asked. */
  reason: string;
}

const REFUSALS = [
  "Unable to obtain ACME certificate",
  "Error renewing ACME certificate",
  "The ACME resolve is skipped",
];

/**
 * The last time that a resolver of the edge could get no certificate, by the edge's log.
 * @param since what came before counts for nothing
 * @throws OperationError when Docker gives no log
 */
export async function acmeFailure(
  { endpoint, container }: Pick<EdgeHost, "endpoint" | "container">,
  resolver: string,
  since: Date,
): Promise<AcmeFailure | undefined> {
  const log = await docker(endpoint, ["logs", `--since=${since.toISOString()}`, container]);
  return failuresIn(log, resolver).at(-1);
}

/** What Traefik's log says of a resolver's failures, oldest first. @param log lines of JSON, among others */
export function failuresIn(log: string, resolver: string): AcmeFailure[] {
  return log.split("\n").flatMap((line): AcmeFailure[] => {
    // Nearly all lines are of requests.
    if (!line.includes(resolver)) return [];
    try {
      const { message, providerName, error, time } = JSON.parse(line) as Record<string, string | undefined>;
      const isOne = REFUSALS.some((each) => message?.startsWith(each));
      if (providerName !== `${resolver}.acme` || !isOne) return [];
      return [{ time: time ?? "", reason: (error ?? message ?? "").replace(/\s+/g, " ").trim() }];
    } catch {
      return [];
    }
  });
}
