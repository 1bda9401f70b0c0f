import { quote, type Problem } from "../errors";
import type { Check } from "./check";

/** Backups have different recipients; maintenance windows have a length and a time zone that exists. */
export const checkOperations: Check = ({ draft }) => {
  const problems: Problem[] = [];
  const recipients = draft.backup?.recipients ?? [];
  recipients.forEach((recipient, index) => {
    if (recipients.indexOf(recipient) === index) return;
    problems.push({
      path: `backup.recipients.${index}`,
      value: quote(recipient),
      reason: "is there twice: one lost key would then lose the backups",
      remedy: "give two different recipients",
    });
  });
  draft.maintenance?.windows.forEach(({ from, to, zone }, index) => {
    const path = `maintenance.windows.${index}`;
    if (from === to) {
      problems.push({
        path: `${path}.to`,
        value: quote(to),
        reason: "is when it opens",
        remedy: "close it later",
      });
    }
    if (!isTimeZone(zone)) {
      problems.push({
        path: `${path}.zone`,
        value: quote(zone),
        reason: "is not a time zone",
        remedy: "give its IANA name, e.g. Europe/Paris",
      });
    }
  });
  return problems;
};

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
