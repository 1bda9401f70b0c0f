import { type Problem, quote } from "../errors";
import { didYouMean } from "../nearest";
import { namedKey } from "../resolve/certificates";
import type { CertificatesInput, DomainCertificateInput } from "../schema/certificates";
import type { Check } from "./check";

type Custom = Extract<DomainCertificateInput, { mode: "custom" }>;

/** What stands at a domain only if the certificate is given there. */
const own = ["certificate", "key", "root", "minDaysLeft", "generation"] as const;

/** A certificate with a name is there and used, and a domain that uses one has no files beside it. */
export const checkCertificateReferences: Check = ({ draft }) => {
  const { certificates, services } = draft;
  if (!certificates || !services) return [];
  const entries = [
    ["certificates.default", certificates.default] as const,
    ...Object.entries(certificates.domains).map(
      ([name, each]) => [`certificates.domains.${name}`, each] as const,
    ),
  ];
  const customs = entries.flatMap(([path, each]) => (each.mode === "custom" ? [{ path, custom: each }] : []));
  const used = new Set([
    ...customs.map(({ custom }) => custom.use),
    ...Object.values(services).flatMap(({ ssoCertificate: sso }) => [sso?.certificate, sso?.announced]),
  ]);
  return [
    ...customs.flatMap(({ path, custom }) =>
      custom.use === undefined ? missing(path, custom) : reference(path, custom, certificates),
    ),
    ...Object.entries(certificates.custom).flatMap(([name, { purpose, root }]) => [
      ...(used.has(name)
        ? []
        : [
            {
              path: namedKey(name),
              reason: "nothing uses this certificate",
              remedy: "`use` it for a domain, name it in a service's ssoCertificate, or leave it out",
            },
          ]),
      ...(purpose === "sso" && root !== undefined
        ? [
            {
              path: `${namedKey(name)}.root`,
              reason: "nobody looks at the issuer of a certificate for single sign-on",
              remedy: "leave it out",
            },
          ]
        : []),
    ]),
  ];
};

function missing(path: string, custom: Custom): Problem[] {
  return (["certificate", "key"] as const)
    .filter((field) => custom[field] === undefined)
    .map((field) => ({
      path: `${path}.${field}`,
      reason: "is missing",
      remedy: `\`use\` a certificate under certificates.custom, or give ${needed[field]}`,
    }));
}

const needed = {
  certificate: "the certificate and its intermediates: PEM text, or the path of a PEM file in the project",
  key: "the private key, PEM, encrypted",
};

function reference(path: string, custom: Custom, certificates: CertificatesInput): Problem[] {
  const use = custom.use!;
  const beside = own.filter((field) => custom[field] !== undefined);
  const named = Object.hasOwn(certificates.custom, use) ? certificates.custom[use] : undefined;
  return [
    ...(named ? [] : unknownCertificate(`${path}.use`, use, certificates.custom)),
    ...(named?.purpose === "sso"
      ? [
          {
            path: `${path}.use`,
            value: quote(use),
            reason: "is for single sign-on: it has no chain, and clients would not take it",
            remedy: "use a certificate with purpose server",
          },
        ]
      : []),
    ...beside.map((field) => ({
      path: `${path}.${field}`,
      reason: `stands beside \`use: ${use}\`: what is given directly would not move with the other domains of ${use}`,
      remedy: `leave it out, and change ${namedKey(use)} with its generation; or leave out \`use\``,
    })),
  ];
}

/** A name that is no certificate's. @param path of the key that has the name */
export function unknownCertificate(path: string, name: string, custom: object): Problem[] {
  const known = Object.keys(custom);
  if (known.includes(name)) return [];
  return [
    {
      path,
      value: quote(name),
      reason: "there is no such certificate",
      remedy: known.length === 0 ? "give it under certificates.custom" : didYouMean(name, known),
    },
  ];
}
