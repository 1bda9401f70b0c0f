import type { X509Certificate } from "node:crypto";
import { judgeKey } from "../certificates/key";
import { readCertificates } from "../certificates/read";
import { isForClients } from "../certificates/usage";
import { judgeValidity } from "../certificates/validity";
import type { ParseContext } from "../context";
import type { Problem } from "../errors";
import type { ServiceInput } from "../schema/service";
import { encryptedPlaceholder } from "../secret";
import { readPem } from "./certificate-file";
import type { Check } from "./check";
import { unknownTruststore } from "./truststores";

type Own = NonNullable<NonNullable<ServiceInput["backend"]>["tls"]["clientCertificate"]>;

/** How the edge speaks TLS with a service: by a truststore that there is, with a certificate and its key. */
export const checkBackendTls: Check = ({ draft, context }) => {
  const { services, truststores, outboundProxy } = draft;
  if (!services || !truststores) return [];
  return Object.entries(services).flatMap(([service, { backend }]): Problem[] => {
    if (!backend) return [];
    const path = `services.${service}.backend.tls`;
    const { truststore, clientCertificate } = backend.tls;
    return [
      ...unknownTruststore(`${path}.truststore`, truststore, truststores),
      // The edge would ask the proxy for its own network's containers, whose names no list of exceptions can know.
      ...(outboundProxy
        ? [
            {
              path,
              reason: "cannot go with outboundProxy: the edge would reach the service through the proxy",
              remedy: "leave one of the two out",
            },
          ]
        : []),
      ...(clientCertificate ? judgeOwn(`${path}.clientCertificate`, clientCertificate, context) : []),
    ];
  });
};

function judgeOwn(path: string, own: Own, context: ParseContext): Problem[] {
  const at = `${path}.certificate`;
  const file = readPem(at, own.certificate, context);
  if (!("text" in file)) return [file];
  const { certificates, findings } = readCertificates(file.text, "certificate");
  const [leaf] = certificates;
  const remedy = "give the edge's certificate and then its intermediates, as PEM and nothing else";
  return [
    ...findings.map(({ reason }) => ({ path: at, reason, remedy })),
    ...(leaf ? judgeLeaf(at, leaf, context.now) : []),
    // Only the engine can decrypt it: it judges it at its preview.
    ...(own.key === encryptedPlaceholder
      ? []
      : judgeKey(own.key, leaf).map(({ reason, remedy }) => ({ path: `${path}.key`, reason, remedy }))),
  ];
}

function judgeLeaf(path: string, leaf: X509Certificate, now: Date | undefined): Problem[] {
  if (leaf.ca)
    return [
      { path, reason: "is an authority's certificate", remedy: "give the edge's own first, then its issuer" },
    ];
  return [
    ...(isForClients(leaf)
      ? []
      : [
          {
            path,
            reason: "is not for clients: its extended key usage leaves out client authentication",
            remedy: "have it issued for client authentication (clientAuth)",
          },
        ]),
    ...(now ? judgeValidity(leaf, true, now, 0) : []).map(({ reason, remedy }) => ({ path, reason, remedy })),
  ];
}
