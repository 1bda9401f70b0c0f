import { docker } from "../../operations/docker";
import type { Inventory, ThingFound } from "./decisions";

const label = (name: string) => `{{.Label "strongroom.${name}"}}`;

/**
 * Lists everything on a Docker host that carries the stack's label.
 * @throws OperationError when the host does not answer
 */
export async function takeInventory(endpoint: string, stack: string): Promise<Inventory> {
  const list = async (args: string[], columns: string[]) => {
    const filter = `label=strongroom.stack=${stack}`;
    const text = await docker(endpoint, [...args, "--filter", filter, "--format", columns.join("\t")]);
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t"));
  };
  const things = async (args: string[], id: string): Promise<ThingFound[]> =>
    (await list(args, [id, "{{.Name}}", label("role")])).map(([id = "", name = "", role = ""]) => ({
      id,
      name,
      role,
    }));
  const listed = list(
    ["ps", "--all", "--no-trunc"],
    [
      "{{.ID}}",
      "{{.Names}}",
      "{{.State}}",
      label("role"),
      label("service"),
      label("release"),
      "{{.CreatedAt}}",
    ],
  );
  const [containers, networks, volumes] = await Promise.all([
    listed,
    things(["network", "ls", "--no-trunc"], "{{.ID}}"),
    things(["volume", "ls"], "{{.Name}}"),
  ]);
  return {
    endpoint,
    containers: containers.map(
      ([id = "", name = "", status = "", role = "", service = "", release = "", created = ""]) => ({
        id,
        name,
        status,
        role,
        service,
        release,
        createdAt: parseTime(created),
      }),
    ),
    networks,
    volumes,
  };
}

/** @param text Docker's own form, e.g. "2026-11-22 08:39:21 +0100 CET"; NaN for any other */
export function parseTime(text: string): number {
  return Date.parse(text.replace(/ [A-Z]+$/, ""));
}
