import { Command } from "commander";
import type { Description } from "../../config/certificates/describe";
import { replaceFile } from "../../operations/replace-file";
import { type CertificateInUse, certificatesInUse } from "../certificates/gather";
import { renderMetrics } from "../certificates/metrics";
import type { BackendInUse } from "../certificates/backends";
import type { SsoCertificateInUse } from "../certificates/sso";
import type { TruststoreInUse } from "../certificates/truststores";
import type { CommandModule } from "../command";
import { exitCode, usageError } from "../exit";
import { openSession } from "../session";
import { wholeDays } from "./cert";

interface Options {
  minDaysLeft: string;
  metrics?: string;
  json?: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("certs")
    .description("list the certificates that a running stack serves and relies on; changes nothing")
    .option("--min-days-left <days>", "days for which each must still be valid", "14")
    .option("--metrics <file>", "write them for Prometheus' textfile collector too")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      `
Makes a TLS handshake with the edge for each name at each published address, and compares what is served with what
the last update put in force. Exit code 5 when a certificate or one of its issuers ends within --min-days-left days,
when another one is served than was applied, or none, or when one of a truststore, of the way to a service or for single
sign-on ends; 0 else.

Examples:
  $ ./strongroom certs --stack prod
  $ ./strongroom certs --stack prod --metrics /var/lib/node_exporter/strongroom.prom`,
    )
    .action(async ({ minDaysLeft, metrics, json }: Options) => {
      const days = wholeDays(minDaysLeft);
      const session = await openSession(context(), "stack");
      const now = new Date();
      const found = await certificatesInUse(session, now, days);
      const { stack } = session.context;
      const { certificates, truststores, backends, ssoCertificates } = found;
      if (metrics !== undefined) save(metrics, renderMetrics(stack, found, now));
      process.stdout.write(
        json
          ? `${JSON.stringify({ schema: 1, ...found }, undefined, 2)}\n`
          : [
              ...certificates.map(format),
              ...truststores.map(formatTruststore),
              ...backends.map(formatBackend),
              ...ssoCertificates.map(formatSso),
            ].join(""),
      );
      if (
        [...certificates, ...truststores, ...backends, ...ssoCertificates].some(
          ({ problems }) => problems.length > 0,
        )
      )
        process.exitCode = exitCode.certificates;
    });

function save(file: string, text: string): void {
  try {
    // For the collector, which is another user.
    replaceFile(file, text, 0o644);
  } catch (error) {
    throw usageError(`--metrics ${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function format({ domain, address, source, served, problems }: CertificateInUse): string {
  const lines = served
    ? [
        `  ${served.daysLeft} days left, until ${served.notAfter.slice(0, 10)}`,
        `  names        ${served.names.join(", ")}`,
        `  issuer       ${served.issuer}`,
        `  key          ${served.key}, ${served.protocol}`,
        `  fingerprint  ${served.fingerprint}`,
      ]
    : [];
  return `${[`${domain} at ${address} (${source})`, ...lines, ...problems.map((each) => `  problem: ${each}`)].join("\n")}\n`;
}

function formatTruststore({ name, generation, domains, authorities, problems }: TruststoreInUse): string {
  const first = `truststore ${name}, generation ${generation}, for clients of ${domains.join(", ")}`;
  return listed(first, authorities.flatMap(short), problems);
}

function formatBackend({ service, serverName, authorities, shown, problems }: BackendInUse): string {
  const parts = [["the edge trusts", authorities] as const, ["the edge shows", shown] as const];
  const lines = parts.flatMap(([what, given]) =>
    given.length > 0 ? [`  ${what}`, ...given.flatMap(short)] : [],
  );
  return listed(`service ${service}, by TLS for ${serverName}`, lines, problems);
}

function formatSso({ service, name, inUse, certificate, problems }: SsoCertificateInUse): string {
  const what = inUse ? "shown by" : "announced by";
  return listed(`single sign-on certificate ${name}, ${what} ${service}`, short(certificate), problems);
}

function short({ subject, daysLeft, notAfter, key, fingerprint }: Description): string[] {
  return [
    `  ${subject}`,
    `    ${daysLeft} days left, until ${notAfter.slice(0, 10)}, ${key}`,
    `    fingerprint  ${fingerprint}`,
  ];
}

function listed(first: string, lines: string[], problems: string[]): string {
  return `${[first, ...lines, ...problems.map((each) => `  problem: ${each}`)].join("\n")}\n`;
}
