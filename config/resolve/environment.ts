import type { ServiceProfile } from "../profiles/profile";
import { Secret } from "../secret";
import type { ServiceSecret } from "../settings";

/** Values for a profile's placeholders by their names, e.g. `smtp.host`; undefined ones are not configured. */
export type Placeholders = Record<string, string | Secret | undefined>;

/**
 * Fills a profile's environment template. A variable with a placeholder that has no value is left out; one
 * with a secret value becomes a secret that is delivered by environment.
 */
export function fillEnvironment(
  template: ServiceProfile["environment"],
  values: Placeholders,
): { environment: Record<string, string>; secrets: ServiceSecret[] } {
  const environment: Record<string, string> = {};
  const secrets: ServiceSecret[] = [];
  for (const [variable, text] of Object.entries(template)) {
    const filled = fill(text, values);
    if (filled instanceof Secret) {
      secrets.push({ name: variable, secret: filled, delivery: "environment", variable });
    } else if (filled !== undefined) {
      environment[variable] = filled;
    }
  }
  return { environment, secrets };
}

const placeholder = /\{([a-zA-Z.]+)\}/g;

function fill(text: string, values: Placeholders): string | Secret | undefined {
  const found = [...text.matchAll(placeholder)].map(([, name]) => values[name!]);
  if (found.some((value) => value === undefined)) return undefined;
  // A secret is the whole value of its variable: text around it would lose its fingerprint.
  const secret = found.find((value) => value instanceof Secret);
  return secret ?? text.replace(placeholder, (_, name: string) => String(values[name]));
}
