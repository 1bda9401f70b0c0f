import { inspectPresent } from "../../operations/docker";
import { TYPES } from "../../policies/support/types";
import { findMissing, findOrphans, type Inventory } from "../settle/decisions";
import type { StackState, StateResource } from "../state";
import {
  type Difference,
  differences,
  expectedFacts,
  foundFacts,
  type ImageDefaults,
  type Inspected,
} from "./container";

/** Resources that are there and not in state, or in state and not there. */
export function resourceDifferences(inventories: Inventory[], state: StackState): Difference[] {
  const unknown = inventories.flatMap((inventory) => {
    const { containers, networks, volumes } = findOrphans(inventory, state);
    const kinds = { container: containers, network: networks, volume: volumes };
    return Object.entries(kinds).flatMap(([kind, things]) =>
      things.map(({ name }) => ({ subject: name, what: kind, expected: "not there", found: "there" })),
    );
  });
  const missing = findMissing(inventories, state).map(({ urn }) => ({
    subject: urn.split("::").at(-1)!,
    what: "resource",
    expected: "there",
    found: "not there",
  }));
  return [...missing, ...unknown];
}

/**
 * Compares every container of the stack's state that a host has with what Docker says of it.
 * @throws OperationError when the host does not answer
 */
export async function containerDifferences(endpoint: string, state: StackState): Promise<Difference[]> {
  const wanted = state.resources.filter(
    (resource) => resource.type === TYPES.container && resource.id !== undefined && !resource.delete,
  );
  const inspected = await inspectPresent<Inspected>(
    endpoint,
    "container",
    wanted.map(({ id }) => id!),
  );
  const images = new Map<string, ImageDefaults | undefined>();
  const imageOf = async (reference: string) => {
    if (!images.has(reference)) images.set(reference, await imageDefaults(endpoint, reference));
    return images.get(reference);
  };
  const found: Difference[] = [];
  for (const container of inspected) {
    const resource = wanted.find(({ id }) => id === container.Id);
    if (resource) found.push(...(await compare(resource, container, imageOf)));
  }
  return found;
}

async function compare(
  { inputs = {} }: StateResource,
  container: Inspected,
  imageOf: (reference: string) => Promise<ImageDefaults | undefined>,
): Promise<Difference[]> {
  const subject = container.Name.slice(1);
  const health = container.State.Health?.Status ?? "healthy";
  // A replica that a cutover starts is neither to run nor not to.
  const shouldRun = inputs.mustRun !== false;
  const state =
    shouldRun && container.State.Status !== "running"
      ? [{ subject, what: "state", expected: "running", found: container.State.Status }]
      : health === "unhealthy"
        ? [{ subject, what: "health", expected: "healthy", found: health }]
        : [];
  const reference = String(inputs.image);
  const [image, own] = [await imageOf(reference), await imageOf(container.Image)];
  if (!image || !own)
    return [...state, { subject, what: "image", expected: reference, found: "not on the host any more" }];
  return [
    ...state,
    ...differences(subject, expectedFacts(inputs, image.id), foundFacts(container, own, inputs), own),
  ];
}

async function imageDefaults(endpoint: string, reference: string): Promise<ImageDefaults | undefined> {
  const [image] = await inspectPresent<{
    Id: string;
    Config: {
      Env?: string[] | null;
      Cmd?: string[] | null;
      Entrypoint?: string[] | null;
      User?: string;
      Labels?: Record<string, string> | null;
      Healthcheck?: ImageDefaults["healthcheck"];
    };
  }>(endpoint, "image", [reference]);
  return (
    image && {
      id: image.Id,
      env: image.Config.Env ?? [],
      cmd: image.Config.Cmd ?? [],
      entrypoint: image.Config.Entrypoint ?? [],
      user: image.Config.User ?? "",
      labels: image.Config.Labels ?? {},
      healthcheck: image.Config.Healthcheck ?? null,
    }
  );
}
