import type { Description } from "../../config/certificates/describe";

/**
 * Which of these certificates end too soon, for people.
 * @param minDaysLeft days for which each must still be valid
 * @param then what happens when one has ended
 */
export function endings(certificates: Description[], minDaysLeft: number, then: string): string[] {
  return certificates
    .filter(({ daysLeft }) => daysLeft < minDaysLeft)
    .map(
      ({ subject, daysLeft, notAfter }) =>
        `${subject} ${daysLeft < 0 ? "ended" : "ends"} on ${notAfter.slice(0, 10)}: ${then}`,
    );
}
