import { TYPES } from "../support/types";
import type { Change, Update } from "./update";

/** The containers of one service: those that are there, and those that will be. */
export interface ServiceContainers {
  service: string;
  before: Change[];
  after: Change[];
}

/** By service, those that have a container before the update, sorted. A release's containers have its own names. */
export function serviceContainers({ changes }: Update): ServiceContainers[] {
  const own = changes.filter(({ type, role }) => type === TYPES.container && role === "service");
  const there = own.filter(({ before }) => before).map(({ service }) => service);
  return [...new Set(there.filter(isDefined))].sort().map((service) => {
    const containers = own.filter((change) => change.service === service);
    return {
      service,
      before: containers.filter(({ before }) => before),
      after: containers.filter(({ after }) => after),
    };
  });
}

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
