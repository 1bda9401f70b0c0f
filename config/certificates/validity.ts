import type { X509Certificate } from "node:crypto";
import { type Finding, titleOf } from "./finding";

const dayMs = 86_400_000;

/** Begin and end of a certificate's validity (RFC 5280, section 4.1.2.5). */
export function validityOf(certificate: X509Certificate): { from: Date; to: Date } {
  return { from: new Date(certificate.validFrom), to: new Date(certificate.validTo) };
}

/** Whole days until a certificate ends; negative once it has. */
export function daysLeft(certificate: X509Certificate, now: Date): number {
  return Math.floor((validityOf(certificate).to.getTime() - now.getTime()) / dayMs);
}

/**
 * Whether the server's certificate or an issuer is valid now and long enough.
 * @param minDaysLeft days for which it must still be valid
 */
export function judgeValidity(
  certificate: X509Certificate,
  isLeaf: boolean,
  now: Date,
  minDaysLeft: number,
): Finding[] {
  const { from, to } = validityOf(certificate);
  const who = isLeaf ? "" : `its issuer ${titleOf(certificate)} `;
  const say = (code: string, reason: string, remedy: string): Finding[] => [
    { code: isLeaf ? code : `issuer-${code}`, about: "certificate", reason: `${who}${reason}`, remedy },
  ];
  const renew = isLeaf ? "have it renewed" : "ask the authority for its present chain";
  if (now < from)
    return say(
      "not-yet-valid",
      `is not valid before ${day(from)}`,
      "wait until then, and check this machine's clock",
    );
  // Not "now > to": of an end that cannot be read nothing is known.
  if (!(now <= to)) return say("expired", `ended on ${day(to)}`, renew);
  const left = daysLeft(certificate, now);
  if (left >= minDaysLeft) return [];
  return say(
    "expiring",
    `ends on ${day(to)}, in ${left} day${left === 1 ? "" : "s"}, which is less than ${minDaysLeft}`,
    `${renew}, or accept it with a smaller \`minDaysLeft\``,
  );
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "a date that cannot be read" : date.toISOString().slice(0, 10);
}
