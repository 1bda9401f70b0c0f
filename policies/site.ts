import type { PolicyPackConfig } from "@pulumi/policy";
import { EXCEPTED } from "./gate/pack-finding";
import { rules } from "./rules";
import site from "./site.json";

/** What this site allows, by rule: settings that are laid over the rule's defaults. */
export function siteSettings(id: string): object {
  return Object.entries(site).find(([rule]) => rule === id)?.[1] ?? {};
}

/**
 * The site's settings as the SDK takes them. Every one carries its rule's level: without it the SDK would make the
 * rule an advisory one. Of what form a setting is, the engine checks.
 * @param given content of policies/site.json
 * @param excepted rules that another policy speaks for where an exception is in force, by the same settings
 * @throws Error when a setting is for a rule that does not exist, or is none of the rule's
 */
export function siteConfig(
  given: Record<string, object> = site,
  excepted: readonly string[] = [],
): PolicyPackConfig {
  return Object.fromEntries(
    Object.entries(given).flatMap(([id, settings]): [string, PolicyPackConfig[string]][] => {
      const rule = rules.find((it) => it.id === id);
      if (!rule) throw new Error(`policies/site.json has settings for a rule that does not exist: ${id}`);
      const known = Object.keys(rule.settings?.schema ?? {});
      const unknown = Object.keys(settings).find((name) => !known.includes(name));
      // The engine passes over it, and what was meant to be forbidden would be allowed.
      if (unknown !== undefined)
        throw new Error(
          `policies/site.json: ${id} has no setting ${unknown}; it has ${known.join(", ") || "none"}`,
        );
      return [
        [id, { ...settings, enforcementLevel: rule.level }],
        ...(excepted.includes(id)
          ? [[`${id}${EXCEPTED}`, { ...settings, enforcementLevel: "advisory" }] as const]
          : []),
      ] as [string, PolicyPackConfig[string]][];
    }),
  );
}
