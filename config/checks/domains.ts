import { domainProblem, isPrivateName } from "../domain-name";
import { quote, type Problem } from "../errors";
import { didYouMean } from "../nearest";
import { pathPrefixes } from "../resolve/placement";
import type { Check } from "./check";

/** Domains are DNS names, private ones where the product must be; certificates are for domains in use. */
export const checkDomains: Check = ({ draft, profile }) => {
  const services = Object.entries(draft.services ?? {});
  const problems = services.flatMap(([name, { domain }]): Problem[] => {
    const at = { path: `services.${name}.domain`, value: quote(domain) };
    const wrong = domainProblem(domain);
    if (wrong) return [{ ...at, ...wrong }];
    if (!profile?.localOnly || isPrivateName(domain)) return [];
    return [
      {
        ...at,
        reason: `${profile.title} is for trying out and refuses public names`,
        remedy: "use a name under .localhost, .test or .internal",
      },
    ];
  });
  const used = services.map(([, { domain }]) => domain);
  const unused = Object.keys(draft.certificates?.domains ?? {})
    .filter((domain) => draft.services && !used.includes(domain))
    .map((domain) => ({
      path: `certificates.domains.${domain}`,
      reason: "no service uses this domain",
      remedy: didYouMean(domain, [...new Set(used)]),
    }));
  return [...problems, ...unused];
};

/** Services on one domain have different path prefixes: else their routes would be the same. */
export const checkPathPrefixes: Check = ({ draft, profile }) => {
  const services = draft.services ?? {};
  const prefixes = pathPrefixes(services, (name) =>
    profile && Object.hasOwn(profile.services, name) ? profile.services[name]!.defaultPathPrefix : undefined,
  );
  const names = Object.keys(services);
  return names.flatMap((name, index) => {
    const twin = names
      .slice(0, index)
      .find(
        (other) => services[other]!.domain === services[name]!.domain && prefixes[other] === prefixes[name],
      );
    if (twin === undefined) return [];
    return [
      {
        path: `services.${name}.pathPrefix`,
        value: quote(prefixes[name]),
        reason: `${twin} has the same path on the same domain ${services[name]!.domain}`,
        remedy: "give one of the two another pathPrefix, e.g. /admin, or another domain",
      },
    ];
  });
};
