import type { StateResource } from "../state";
import type { Deployment } from "../settle/state-edit";

/** The hosts, what is on them, and what was done there: the lost ones had it, the new ones have nothing of it. */
const ON_HOSTS = /^(pulumi:providers:)?(docker|command)(:|$)/;

interface Full extends StateResource {
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  deletedWith?: string;
}

/**
 * A state without what was on the old hosts. Private CA, certificates, records at a DNS provider and whatever else is
 * not on a host stay, with their secrets as they are encrypted.
 * @param text as `pulumi stack export` prints it
 */
export function withoutHosts(text: string): Deployment {
  const exported = JSON.parse(text) as Deployment;
  const { resources = [], ...rest } = exported.deployment;
  // What the old hosts were in the middle of.
  delete rest.pending_operations;
  const kept = (resources as Full[]).filter(({ type, delete: doomed }) => !doomed && !ON_HOSTS.test(type));
  const known = new Set(kept.map(({ urn }) => urn));
  const isKept = (urn: string) => known.has(urn);
  return {
    ...exported,
    deployment: {
      ...rest,
      resources: kept.map(({ dependencies, propertyDependencies, deletedWith, ...resource }) => ({
        ...resource,
        ...(dependencies ? { dependencies: dependencies.filter(isKept) } : {}),
        ...(propertyDependencies
          ? {
              propertyDependencies: Object.fromEntries(
                Object.entries(propertyDependencies).map(([name, urns]) => [
                  name,
                  (urns ?? []).filter(isKept),
                ]),
              ),
            }
          : {}),
        ...(deletedWith && isKept(deletedWith) ? { deletedWith } : {}),
      })),
    },
  };
}
