import type { CertificateInUse } from "./gather";
import type { TruststoreInUse } from "./truststores";

const families = [
  {
    name: "strongroom_certificate_end_seconds",
    help: "End of the served certificate or of the first of its issuers to end, seconds since 1970.",
    value: ({ ends }: CertificateInUse) => (ends === undefined ? undefined : Date.parse(ends) / 1000),
  },
  {
    name: "strongroom_certificate_ok",
    help: "1 if the certificate that was applied is served and valid for long enough, else 0.",
    value: ({ problems }: CertificateInUse) => (problems.length === 0 ? 1 : 0),
  },
];

/**
 * The certificates of a stack in Prometheus' text format, for node_exporter's textfile collector.
 * @param now told too, so that a file that is no longer written is noticed
 */
export function renderMetrics(
  stack: string,
  { certificates, truststores }: { certificates: CertificateInUse[]; truststores: TruststoreInUse[] },
  now: Date,
): string {
  const lines = families.flatMap(({ name, help, value }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...certificates.flatMap((each) => {
      const number = value(each);
      const { domain, address, source } = each;
      return number === undefined ? [] : [`${name}${labels({ stack, domain, address, source })} ${number}`];
    }),
  ]);
  const checked = "strongroom_certificates_checked_seconds";
  return [
    ...lines,
    ...(truststores.length > 0 ? authorityEnds(stack, truststores) : []),
    `# HELP ${checked} When the certificates were looked at, seconds since 1970.`,
    `# TYPE ${checked} gauge`,
    `${checked}${labels({ stack })} ${Math.floor(now.getTime() / 1000)}`,
    "",
  ].join("\n");
}

function authorityEnds(stack: string, truststores: TruststoreInUse[]): string[] {
  const name = "strongroom_truststore_end_seconds";
  return [
    `# HELP ${name} End of an authority of a truststore, seconds since 1970.`,
    `# TYPE ${name} gauge`,
    ...truststores.flatMap(({ name: truststore, authorities }) =>
      authorities.map(
        ({ fingerprint, notAfter }) =>
          `${name}${labels({ stack, truststore, fingerprint })} ${Date.parse(notAfter) / 1000}`,
      ),
    ),
  ];
}

function labels(values: Record<string, string>): string {
  const escaped = Object.entries(values).map(
    ([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`,
  );
  return `{${escaped.join(",")}}`;
}
