import type { Problem } from "../errors";
import { didYouMean } from "../nearest";
import type { Check } from "./check";

/** Services have the secrets that their profile knows, and those that only the operator has are given. */
export const checkSecrets: Check = ({ draft, profile }) =>
  Object.entries(draft.services ?? {}).flatMap(([service, { secrets }]): Problem[] => {
    if (!profile || !Object.hasOwn(profile.services, service)) return [];
    const known = profile.services[service]!.secrets;
    const at = (name: string) => `services.${service}.secrets.${name}`;
    const given = Object.entries(secrets).flatMap(([name, secret]): Problem[] => {
      if (!Object.hasOwn(known, name)) {
        const settable = Object.keys(known).filter((each) =>
          ["generated", "operator"].includes(known[each]!.from),
        );
        return [
          { path: at(name), reason: "the service takes no such secret", remedy: didYouMean(name, settable) },
        ];
      }
      const { from } = known[name]!;
      const elsewhere = elsewhereSet[from];
      if (elsewhere)
        return [{ path: at(name), reason: `is not set here: ${elsewhere}`, remedy: "remove it" }];
      if (from === "operator" && secret.value === undefined) {
        return [{ path: at(name), reason: "cannot be derived", remedy: "give its value, encrypted" }];
      }
      return [];
    });
    const missing = Object.entries(known)
      .filter(
        ([name, { from, optional }]) => from === "operator" && !optional && !Object.hasOwn(secrets, name),
      )
      .map(([name]) => ({
        path: at(name),
        reason: "is missing: only the operator has it",
        remedy: `\`pulumi config set --secret --path 'strongroom:${at(name)}.value'\` asks for it`,
      }));
    return [...given, ...missing];
  });

const elsewhereSet: Record<string, string | undefined> = {
  "database-password": "it is derived, and rotated by database.roles",
  "smtp-password": "it comes from smtp.password",
};
