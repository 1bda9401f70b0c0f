import { quote, type Problem } from "../errors";
import type { Check } from "./check";

/** What age's private keys begin with, in either case. */
const privateKey = /AGE-SECRET-KEY-/i;

/** No private key of a backup is anywhere in the configuration; backups have different recipients; maintenance windows have a length and a time zone that exists. */
export const checkOperations: Check = ({ draft, raw }) => {
  const problems: Problem[] = privateKeyPaths(raw).map((path) => ({
    path,
    reason: "holds a private age key: whoever reads this file could open every backup",
    remedy:
      "take it out, keep it offline, and since it has been exposed make a new pair with age-keygen: only public keys (age1…) belong here",
  }));
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

/** Where private age keys are, in values and in names of keys; the key itself is never repeated. */
function privateKeyPaths(value: unknown, path: string[] = []): string[] {
  if (typeof value === "string") return privateKey.test(value) ? [path.join(".")] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    privateKey.test(key) ? [path.join(".") || "(configuration)"] : privateKeyPaths(each, [...path, key]),
  );
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
