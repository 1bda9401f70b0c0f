import { EdgeHost, short } from "../../operations/edge-host";
import { recordedGeneration } from "../settle/state-edit";
import type { StateResource } from "../state";
import type { Difference } from "./container";

/** What the edge has loaded, and what was proven on it, against the routes that state records. */
export async function routeDifferences(
  endpoint: string,
  stack: string,
  resources: StateResource[],
): Promise<Difference[]> {
  const recorded = recordedGeneration(resources);
  if (recorded === undefined) return [];
  const edge = await EdgeHost.find(endpoint, stack);
  if (!edge) return [{ subject: "edge", what: "state", expected: "running", found: "not running" }];
  const found = {
    "routes loaded": await edge.loaded(),
    "routes proven": (await edge.confirmed()).generation,
  };
  return Object.entries(found).flatMap(([what, generation]) =>
    generation === recorded
      ? []
      : [{ subject: edge.name, what, expected: short(recorded), found: short(generation) }],
  );
}
