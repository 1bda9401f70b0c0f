import type { PolicyPackConfig } from "@pulumi/policy";
import { rules } from "./rules";
import site from "./site.json";

/** What this site allows, by rule: settings that are laid over the rule's defaults. */
export function siteSettings(id: string): object {
  return Object.entries(site).find(([rule]) => rule === id)?.[1] ?? {};
}

/**
 * The site's settings as the SDK takes them. Every one carries its rule's level: without it the SDK would make the
 * rule an advisory one.
 * @throws Error when a setting is for a rule that does not exist
 */
export function siteConfig(): PolicyPackConfig {
  return Object.fromEntries(
    Object.entries(site).map(([id, settings]) => {
      const rule = rules.find((it) => it.id === id);
      if (!rule) throw new Error(`policies/site.json has settings for a rule that does not exist: ${id}`);
      return [id, { ...settings, enforcementLevel: rule.level }];
    }),
  );
}
