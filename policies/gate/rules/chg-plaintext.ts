import { each, type GateRule } from "../rule";
import { isObject, isSecret, UNKNOWN } from "../values";

export const rule: GateRule = {
  id: "chg-plaintext",
  level: "mandatory",
  why: "State, previews and logs would hold in clear what was secret.",
  remedy: "Keep the value a secret; rotate it if it was ever stored in clear.",
  source: "strongroom",
  check({ changes }, report) {
    each(changes, report, (change) => {
      for (const path of exposed(change.before?.inputs, change.after?.inputs))
        report(change, `\`${path}\` was a secret and would be plain text`);
    });
  },
};

/** Paths at which a secret becomes something that is neither a secret nor unknown nor gone. */
function exposed(before: unknown, after: unknown, path: string[] = []): string[] {
  if (after === undefined || after === null || after === UNKNOWN || isSecret(after)) return [];
  if (isSecret(before)) return [path.join(".")];
  if (Array.isArray(before) && Array.isArray(after))
    return before.flatMap((value, index) => exposed(value, after[index], [...path, String(index)]));
  if (!isObject(before) || !isObject(after)) return [];
  return Object.entries(before).flatMap(([key, value]) => exposed(value, after[key], [...path, key]));
}
