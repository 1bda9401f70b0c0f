import { type NamedFingerprint, ssoCertificatesOf } from "../../policies/gate/own-certificates";
import type { Update } from "../../policies/gate/update";
import { task, type Task } from "./names";

/** What an update leaves to people so that identity providers know the certificates that services show them. */
export function ssoTasksOn({ outputs: { before, after } }: Pick<Update, "outputs">): Task[] {
  if (after === undefined) return [];
  const old = ssoCertificatesOf(before);
  return Object.entries(ssoCertificatesOf(after)).flatMap(([service, { inUse, announced }]) => {
    const was = old[service];
    const known = [was?.inUse, was?.announced].filter((each) => each !== undefined);
    const stays = [inUse.fingerprint, announced?.fingerprint];
    const name = `sso-certificate-${service}`;
    const provider = `the identity provider of ${service}`;
    return [
      ...(inUse.fingerprint === was?.inUse.fingerprint
        ? []
        : [task(name, "before", `make sure that ${provider} has ${nameOf(inUse)}, which sp.crt becomes`)]),
      ...(announced && !known.some(({ fingerprint }) => fingerprint === announced.fingerprint)
        ? [
            task(
              name,
              "after",
              `give ${provider} ${nameOf(announced)} beside the one in use: the first certificate of its file, without the chain`,
            ),
          ]
        : []),
      ...known
        .filter(({ fingerprint }) => !stays.includes(fingerprint))
        .map((each) => task(name, "after", `have ${provider} forget ${nameOf(each)}`)),
    ];
  });
}

function nameOf({ certificate, fingerprint }: NamedFingerprint): string {
  return `the certificate ${certificate} (SHA-256 ${fingerprint})`;
}
