import type { Change } from "../../policies/gate/update";
import { componentOf } from "../../policies/support/labels";

/**
 * Which of the stack's components a resource is a part of. A URN holds its parents' types and not their names; by the
 * stack's own rule the names of a component's parts begin with its name.
 * @param changes all of an update, components too
 */
export function componentNames(
  changes: Pick<Change, "urn" | "type" | "name">[],
): (change: Pick<Change, "urn" | "type" | "name" | "service">) => string | undefined {
  const byType = new Map<string, string[]>();
  for (const { urn, type, name } of changes) {
    if (type.startsWith("strongroom:") && urn.split("::")[2] === type)
      byType.set(type, [...(byType.get(type) ?? []), name]);
  }
  return ({ urn, type: own, name, service }) => {
    const type = componentOf(urn);
    // Those that stand for no host serve every component.
    if (type === undefined) return own.startsWith("pulumi:providers:") ? "providers" : undefined;
    const [longest] = (byType.get(type) ?? [])
      .filter((each) => name === each || name.startsWith(`${each}-`))
      .sort((a, b) => b.length - a.length);
    // A release's parts are `service-release…`.
    return (
      longest ??
      service ??
      /^(.+)-[0-9a-f]{12}(?:-|$)/.exec(name)?.[1] ??
      type.split(":").at(-1)!.toLowerCase()
    );
  };
}
