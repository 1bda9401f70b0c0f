import { quote, type Problem } from "../errors";
import type { ServiceProfile } from "../profiles/profile";
import type { Check } from "./check";

/** What operators may add to a service's environment: nothing that the stack sets, no secret, no unsafe switch. */
export const checkEnvironment: Check = ({ draft, profile }) =>
  Object.entries(draft.services ?? {}).flatMap(([service, { environment }]): Problem[] => {
    const known = profile && Object.hasOwn(profile.services, service) ? profile.services[service] : undefined;
    return Object.entries(environment).flatMap(([name, value]) => {
      const wrong = unsafe(name, value) ?? secret(name, value) ?? reserved(name, known);
      return wrong ? [{ path: `services.${service}.environment.${name}`, ...wrong }] : [];
    });
  });

type Wrong = Omit<Problem, "path"> | undefined;

/** Variables that switch off the verification of certificates, by the value that does so. */
const unsafeSwitches: Record<string, RegExp> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  SMTP_ALLOW_INVALID_CRT: /^(true|1|yes)$/i,
  EMAIL_ALLOW_INVALID_CERTIFICATE: /^(true|1|yes)$/i,
};

function unsafe(name: string, value: string): Wrong {
  if (!Object.hasOwn(unsafeSwitches, name) || !unsafeSwitches[name]!.test(value.trim())) return undefined;
  return {
    value: quote(value),
    reason: "switches off the verification of certificates, so anybody on the way can read along",
    remedy: "leave it out and give the other side a certificate that verifies",
  };
}

function secret(name: string, value: string): Wrong {
  if (
    /(password|passwd|passphrase|secret|token|api_?key|private_?key)/i.test(name) &&
    !/_FILE$/i.test(name)
  ) {
    return {
      reason: "by its name it holds a secret, and the environment is in plain text in the stack's file",
      remedy:
        "use the service's secrets; a value that only names a file belongs in a variable that ends in _FILE",
    };
  }
  if (/[a-z][a-z0-9+.-]*:\/\/[^\s/@]*@/i.test(value)) {
    return {
      reason: "holds a URL with a user name or password",
      remedy: "leave them out of the URL; a proxy with a password belongs in strongroom:outboundProxy",
    };
  }
  return undefined;
}

function reserved(name: string, profile: ServiceProfile | undefined): Wrong {
  if (!profile) return undefined;
  const variables = [
    ...Object.values(profile.secrets).flatMap(({ variable, aliases }) => [variable, ...(aliases ?? [])]),
    ...Object.values(profile.ssoCertificate ?? {}),
  ];
  if (!Object.hasOwn(profile.environment, name) && !variables.includes(name)) return undefined;
  return {
    reason: "is set by the stack",
    remedy:
      "remove it and set what it comes from: domain, pathPrefix, database, smtp, outboundProxy, secrets or ssoCertificate",
  };
}
