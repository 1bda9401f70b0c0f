import type { X509Certificate } from "node:crypto";
import { judgeChain } from "./chain";
import { type Finding, titleOf } from "./finding";
import { judgeKey } from "./key";
import { judgeName } from "./names";
import { readCertificates } from "./read";
import { publicRoots } from "./roots";
import { judgeStrength } from "./strength";
import { judgeValidity, validityOf } from "./validity";

/** What is judged: PEM texts, and what they must be good for. */
export interface CertificateInput {
  /** The server's certificate, then its intermediates. */
  certificate: string;
  /** The private key; left out when it cannot be known here. */
  key?: string;
  /** Roots of a private authority. Publicly trusted ones (Node's list, which is Mozilla's) always count. */
  root?: string;
  /** Names or addresses that it must cover, internationalised names as A-labels. */
  domains: string[];
  /** Without it no date is judged. */
  now?: Date;
  /** Days for which it must still be valid. */
  minDaysLeft: number;
}

export interface Judgement {
  /** What could be read, in the order of the text; the first is the server's. */
  chain: X509Certificate[];
  findings: Finding[];
}

/** id-kp-serverAuth and anyExtendedKeyUsage, RFC 5280, section 4.2.1.12. */
const serverAuth = "1.3.6.1.5.5.7.3.1";
const anyUsage = "2.5.29.37.0";

/** Judges a certificate with its chain and key. Pure: reads no file and no clock, throws nothing. */
export function judgeCertificate(input: CertificateInput): Judgement {
  const read = readCertificates(input.certificate, "certificate");
  const given = readRoot(input.root, input.now);
  const leaf = read.certificates[0];
  // A chain of which a part could not be read would be blamed for what is not its fault.
  const findings =
    leaf === undefined || read.findings.some(({ code }) => code === "unreadable")
      ? read.findings
      : [...read.findings, ...judgeRead(read.certificates, given.roots, input)];
  return {
    chain: read.certificates,
    findings: [...findings, ...given.findings, ...(input.key === undefined ? [] : judgeKey(input.key, leaf))],
  };
}

function judgeRead(
  chain: X509Certificate[],
  givenRoots: X509Certificate[],
  { domains, now, minDaysLeft }: CertificateInput,
): Finding[] {
  const { path, findings } = judgeChain(chain, [...givenRoots, ...publicRoots()]);
  const [leaf] = path as [X509Certificate];
  if (leaf.ca) return findings;
  // A root in the chain is trusted or not: no client looks at its signature, and few at its dates.
  const issuers = path.slice(1).filter((each) => each.issuer !== each.subject);
  return [
    ...findings,
    ...domains.flatMap((domain) => judgeName(leaf, domain)),
    ...[leaf, ...issuers].flatMap((each) => [
      ...judgeUsage(each, each === leaf),
      ...judgeStrength(each, each === leaf),
      ...(now ? judgeValidity(each, each === leaf, now, minDaysLeft) : []),
    ]),
  ];
}

/** Clients refuse a certificate whose extended key usage leaves out servers; one without the extension is for all. */
function judgeUsage(certificate: X509Certificate, isLeaf: boolean): Finding[] {
  // Node calls extended key usage so; it is undefined without the extension.
  const usages = certificate.keyUsage as string[] | undefined;
  if (!usages || usages.includes(serverAuth) || (!isLeaf && usages.includes(anyUsage))) return [];
  return [
    {
      code: isLeaf ? "no-server-auth" : "issuer-no-server-auth",
      about: "certificate",
      reason: `${isLeaf ? "is" : "has an issuer that is"} not for servers: its extended key usage leaves out server authentication`,
      remedy: "have it issued for server authentication (serverAuth)",
    },
  ];
}

function readRoot(
  text: string | undefined,
  now: Date | undefined,
): { roots: X509Certificate[]; findings: Finding[] } {
  if (text === undefined) return { roots: [], findings: [] };
  const { certificates, findings } = readCertificates(text, "root");
  const roots = certificates.filter(({ ca }) => ca);
  const say = (code: string, reason: string, remedy: string): void =>
    void findings.push({ code, about: "root", reason, remedy });
  if (roots.length < certificates.length) {
    say(
      "root-no-ca",
      "holds a certificate that is no authority's",
      "give the private authority's root alone",
    );
  }
  const ended = now && roots.find((root) => validityOf(root).to < now);
  if (ended) say("root-expired", `${titleOf(ended)} has ended`, "give the authority's present root");
  return { roots, findings };
}
