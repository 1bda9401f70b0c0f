import type { X509Certificate } from "node:crypto";
import type { Finding } from "../certificates/finding";
import { judgeCertificate } from "../certificates/judge";
import { covers, namesOf } from "../certificates/names";
import { same } from "../certificates/path";
import type { ParseContext } from "../context";
import type { Problem } from "../errors";
import { judgeSsoCertificate } from "../certificates/sso";
import { type GivenCertificate, givenCertificates } from "../resolve/certificates";
import { encryptedPlaceholder } from "../secret";
import type { Check } from "./check";
import { readPem } from "./certificate-file";

interface Judged extends Pick<GivenCertificate, "path" | "domains"> {
  leaf: X509Certificate | undefined;
  /** Files that cannot be read. */
  unread: Problem[];
  findings: Finding[];
}

/** A certificate of the operator's own is one that clients will take, and has its key. */
export const checkCustomCertificates: Check = ({ draft, context }) => {
  const { certificates, services } = draft;
  if (!certificates || !services) return [];
  const judged = givenCertificates({ services, certificates }, context.now).map((each) =>
    judge(each, context),
  );
  return judged.flatMap((each, index) =>
    judgeAmong(
      each,
      judged.filter((_, other) => other !== index),
    ),
  );
};

function judge({ path, domains, files, purpose }: GivenCertificate, context: ParseContext): Judged {
  const file = readPem(`${path}.certificate`, files.certificate, context);
  const root = files.root === undefined ? undefined : readPem(`${path}.root`, files.root, context);
  const unread = [file, root].filter((each) => each !== undefined && !("text" in each)) as Problem[];
  if (!("text" in file)) return { path, domains, leaf: undefined, unread, findings: [] };
  const given = {
    certificate: file.text,
    // Only the engine can decrypt it: it judges it at its preview.
    ...(files.key === encryptedPlaceholder ? {} : { key: files.key }),
    ...(root && "text" in root ? { root: root.text } : {}),
    domains,
    ...(context.now ? { now: context.now } : {}),
    minDaysLeft: files.minDaysLeft,
  };
  const { chain, findings } = purpose === "sso" ? judgeSsoCertificate(given) : judgeCertificate(given);
  return { path, domains, leaf: chain[0], unread, findings };
}

/** What is wrong with a certificate, and what becomes wrong beside the others. */
function judgeAmong({ leaf, path, domains, unread, findings }: Judged, others: Judged[]): Problem[] {
  const at = `${path}.certificate`;
  const problems = (codes?: RegExp): Problem[] => [
    ...unread,
    ...findings
      .filter(({ code }) => !codes?.test(code))
      .map(({ about, reason, remedy }) => ({ path: `${path}.${about}`, reason, remedy })),
  ];
  if (!leaf) return problems();
  const interchanged = others.find(
    (other) =>
      other.leaf &&
      !coversAll(leaf, domains) &&
      !coversAll(other.leaf, other.domains) &&
      coversAll(leaf, other.domains) &&
      coversAll(other.leaf, domains),
  );
  if (interchanged) {
    const reason = `is the certificate of ${interchanged.domains.join(", ")}, and the other way round`;
    const remedy = `interchange it with ${interchanged.path}.certificate, and their keys`;
    // Said in place of what it leads to.
    return [{ path: at, reason, remedy }, ...problems(/^(name-not-covered|wildcard-.*)$/)];
  }
  const served = domains.length > 0 ? others.filter((other) => other.domains.length > 0) : [];
  // The edge keeps certificates by their names: of two with the same names it would serve one to everybody.
  const rival = served.find(
    (other) => other.leaf && !same(other.leaf, leaf) && allNames(other.leaf) === allNames(leaf),
  );
  const once = "give one certificate once, under certificates.custom, and `use` it for both";
  if (rival) {
    const reason = `is another one than ${rival.path}.certificate for the same names: the edge would serve only one`;
    return [{ path: at, reason, remedy: once }, ...problems()];
  }
  const twin = served.find((other) => other.leaf && same(other.leaf, leaf));
  if (!twin) return problems();
  const reason = `is also ${twin.path}.certificate: the two would not be rotated together`;
  return [{ path: at, reason, remedy: once }, ...problems()];
}

function coversAll(leaf: X509Certificate, domains: string[]): boolean {
  return domains.every((domain) => covers(leaf, domain));
}

function allNames(leaf: X509Certificate): string {
  const { dns, ip } = namesOf(leaf);
  return [...new Set([...dns, ...ip])].sort().join();
}
