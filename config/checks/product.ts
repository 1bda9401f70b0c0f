import { didYouMean } from "../nearest";
import { quote } from "../errors";
import { profiles } from "../profiles";
import type { Check } from "./check";

/** The product is one that has a profile, and its services are there: all of them and no others. */
export const checkProduct: Check = ({ draft, raw, profile }) => {
  if (draft.product === undefined) return [];
  if (!profile) {
    return [
      {
        path: "product",
        value: quote(draft.product),
        reason: "there is no profile of this product",
        remedy: didYouMean(draft.product, Object.keys(profiles)),
      },
    ];
  }
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
  return [...unknown, ...missing, ...tooMany];
};
