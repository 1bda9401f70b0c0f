import type { X509Certificate } from "node:crypto";
import { type Finding, titleOf } from "./finding";
import { anchored, same } from "./path";
import { readCertificates } from "./read";
import { publicRoots } from "./roots";
import { betterKey, keyFault } from "./strength";
import { isForClients } from "./usage";
import { judgeValidity } from "./validity";

/** What a truststore is judged for. */
export interface AuthoritiesInput {
  /** PEM texts, as the configuration gives them. */
  texts: string[];
  /** Whether clients are let in by it. */
  forClients: boolean;
  /** Without it no date is judged. */
  now?: Date;
}

/** What is wrong with one of a truststore's texts; `text` is its number, from 0. */
export type AuthorityFinding = Pick<Finding, "code" | "reason" | "remedy"> & { text: number };

const onlyAuthorities = "give the authorities' certificates as PEM, and nothing else";

/** Judges a bundle of authorities. Pure: reads no file and no clock, throws nothing. */
export function judgeAuthorities({ texts, forClients, now }: AuthoritiesInput): AuthorityFinding[] {
  const read = texts.map((text) => readCertificates(text, "root"));
  const all = read.flatMap(({ certificates }, text) =>
    certificates.map((certificate) => ({ certificate, text })),
  );
  return [
    ...read.flatMap(({ findings }, text) => findings.map((finding) => ({ ...inTruststore(finding), text }))),
    ...all.flatMap(({ certificate, text }, index) => {
      const twin = all.slice(0, index).find((other) => same(other.certificate, certificate));
      const found = twin ? [duplicate(certificate)] : judgeAuthority(certificate, forClients, now);
      return found.map((finding) => ({ ...finding, text }));
    }),
  ];
}

type Said = Omit<AuthorityFinding, "text">;

/** A finding about a text as it is said of a truststore: one with a key has given the authority away. */
function inTruststore({ code, reason }: Finding): Said {
  if (code !== "swapped" && code !== "key-in-certificate") return { code, reason, remedy: onlyAuthorities };
  return {
    code: "key-in-truststore",
    reason: "holds a private key: whoever reads it can make certificates that are let in",
    remedy:
      "take the key out, and take the authority for exposed: make a new one, and raise the truststore's generation",
  };
}

function duplicate(certificate: X509Certificate): Said {
  return {
    code: "duplicate",
    reason: `holds ${titleOf(certificate)}, which the truststore has already`,
    remedy: "leave one of the two out",
  };
}

function judgeAuthority(certificate: X509Certificate, forClients: boolean, now: Date | undefined): Said[] {
  const title = titleOf(certificate);
  if (!certificate.ca) {
    return [
      {
        code: "no-authority",
        reason: `${title} is no authority's certificate: it can vouch for nobody`,
        remedy: "give the certificate of the authority that issued it",
      },
    ];
  }
  const found: Said[] = [];
  const key = certificate.publicKey;
  // Few browsers take Ed25519; what checks certificates here does, and it is not weak.
  const fault = key.asymmetricKeyType === "ed25519" ? undefined : keyFault(key);
  if (fault) {
    found.push({
      code: `authority-${fault[0]}`,
      reason: `the key of ${title} ${fault[1]}`,
      remedy: `use an authority with ${betterKey}`,
    });
  }
  if (forClients && anchored(certificate, publicRoots())) {
    found.push({
      code: "public-authority",
      reason: `${title} is a public authority, of which anybody can have a certificate`,
      remedy: "give an authority that issues to your clients alone",
    });
  }
  if (forClients && !isForClients(certificate)) {
    found.push({
      code: "no-client-auth",
      reason: `${title} must not issue to clients: its extended key usage leaves out client authentication`,
      remedy: "give an authority that may",
    });
  }
  const dates = now ? judgeValidity(certificate, true, now, 0) : [];
  return [
    ...found,
    ...dates.map(({ code, reason }) => ({
      code,
      reason: `${title} ${reason}`,
      remedy:
        code === "expired" ? "take it out, or give the authority's present certificate" : "wait until then",
    })),
  ];
}
