import { didYouMean } from "../nearest";
import { quote } from "../errors";
import type { Check } from "./check";

/** The product's services are there: all of them and no others, each in a number that it bears. */
export const checkProduct: Check = ({ draft, raw, profile }) => {
  if (!profile) return [];
  const given = typeof raw.services === "object" && raw.services !== null ? Object.keys(raw.services) : [];
  const known = Object.keys(profile.services);
  const unknown = given
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `services.${name}`,
      reason: `${profile.title} has no such service`,
      remedy: didYouMean(name, known),
    }));
  const missing = known
    .filter((name) => raw.services !== undefined && !given.includes(name))
    .map((name) => ({
      path: `services.${name}`,
      reason: `is missing: ${profile.title} needs it`,
      remedy: "give at least its image and domain",
    }));
  const tooMany = Object.entries(draft.services ?? {}).flatMap(([name, { replicas }]) => {
    const most = Object.hasOwn(profile.services, name) ? profile.services[name]!.maxReplicas : undefined;
    if (most === undefined || replicas <= most.count) return [];
    return [
      {
        path: `services.${name}.replicas`,
        value: quote(replicas),
        reason: `at most ${most.count}: ${most.reason}`,
        remedy: `set it to ${most.count}`,
      },
    ];
  });
  const unborne =
    draft.strategy === "rolling" && profile.strategy === "recreate"
      ? [
          {
            path: "strategy",
            value: quote("rolling"),
            reason: `the vendor of ${profile.title} does not promise that two releases run on one database`,
            remedy: "leave it out or set it to recreate",
          },
        ]
      : [];
  return [...unknown, ...missing, ...tooMany, ...unborne];
};
