import { type NamedFingerprint, ssoCertificatesOf } from "../../policies/gate/own-certificates";
import type { Update } from "../../policies/gate/update";

/** What an update leaves to people so that identity providers know the certificates that services show them: sentences. */
export function ssoTasksOn({ outputs: { before, after } }: Pick<Update, "outputs">): string[] {
  if (after === undefined) return [];
  const old = ssoCertificatesOf(before);
  return Object.entries(ssoCertificatesOf(after)).flatMap(([service, { inUse, announced }]) => {
    const was = old[service];
    const known = [was?.inUse, was?.announced].filter((each) => each !== undefined);
    const stays = [inUse.fingerprint, announced?.fingerprint];
    const provider = `the identity provider of ${service}`;
    return [
      ...(inUse.fingerprint === was?.inUse.fingerprint
        ? []
        : [`before: make sure that ${provider} has ${nameOf(inUse)}, which sp.crt becomes`]),
      ...(announced && !known.some(({ fingerprint }) => fingerprint === announced.fingerprint)
        ? [
            `after: give ${provider} ${nameOf(announced)} beside the one in use: the first certificate of its file, without the chain`,
          ]
        : []),
      ...known
        .filter(({ fingerprint }) => !stays.includes(fingerprint))
        .map((each) => `after: have ${provider} forget ${nameOf(each)}`),
    ];
  });
}

function nameOf({ certificate, fingerprint }: NamedFingerprint): string {
  return `the certificate ${certificate} (SHA-256 ${fingerprint})`;
}
