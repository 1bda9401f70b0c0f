import type { Fields } from "./fields";

/** All values that a Docker label is given; Docker keeps the last one, so more than one is ambiguous. */
export function labelValues(inputs: Fields, name: string): string[] {
  const values: string[] = [];
  inputs.each("labels", (entry) => {
    if (entry.text("label") === name) values.push(entry.text("value") ?? "");
  });
  return values;
}

/**
 * The outermost of strongroom's components that a resource belongs to: a URN holds the types of all its parents.
 * Undefined for a resource of the user's own.
 */
export function componentOf(urn: string): string | undefined {
  const types = (urn.split("::")[2] ?? "").split("$");
  return types.slice(0, -1).find((type) => type.startsWith("strongroom:"));
}

/**
 * The resource's role in the stack, which is the label `strongroom.role` that strongroom's component gave it;
 * undefined without one or with two, and for a resource of the user's own, whatever it calls itself. An unknown
 * label is reported: with it, nobody could say which rules hold.
 */
export function roleOf(urn: string, inputs: Fields): string | undefined {
  return componentOf(urn) && only(inputs, "strongroom.role");
}

/** `role/service` of a service's container, else its role, else "". */
export function ownerOf(role: string | undefined, inputs: Fields): string {
  if (role !== "service") return role ?? "";
  const service = only(inputs, "strongroom.service");
  return service ? `${role}/${service}` : role;
}

function only(inputs: Fields, name: string): string | undefined {
  const values = labelValues(inputs, name);
  return values.length === 1 ? values[0] : undefined;
}
