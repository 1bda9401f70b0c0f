import { type Problem, quote } from "../errors";
import { unknownCertificate } from "./certificate-references";
import type { Check } from "./check";

/** A service has an SSO certificate only if the product takes one, and by a name that is there. */
export const checkSsoCertificates: Check = ({ draft: { services, certificates }, profile }) => {
  if (!services || !certificates || !profile) return [];
  return Object.entries(services).flatMap(([service, { ssoCertificate }]): Problem[] => {
    if (!ssoCertificate || !Object.hasOwn(profile.services, service)) return [];
    const path = `services.${service}.ssoCertificate`;
    if (!profile.services[service]!.ssoCertificate) {
      const takers = Object.keys(profile.services).filter((name) => profile.services[name]!.ssoCertificate);
      const remedy = takers.length > 0 ? `give it to ${takers.join(" or ")}` : "leave it out";
      return [
        { path, reason: `${profile.title}'s ${service} takes no certificate for single sign-on`, remedy },
      ];
    }
    const { certificate, announced } = ssoCertificate;
    return [
      ...unknownCertificate(`${path}.certificate`, certificate, certificates.custom),
      ...(announced === undefined
        ? []
        : unknownCertificate(`${path}.announced`, announced, certificates.custom)),
      ...(announced === certificate
        ? [
            {
              path: `${path}.announced`,
              value: quote(announced),
              reason: "is the certificate in use, so there is nothing to announce",
              remedy: "leave it out, or name the certificate that comes next",
            },
          ]
        : []),
    ];
  });
};
