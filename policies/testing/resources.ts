import { TYPES } from "../support/types";

/** A resource as a test declares it. */
export interface TestResource {
  type: string;
  name: string;
  urn: string;
  inputs: Record<string, unknown>;
  protect: boolean;
  ignoreChanges: string[];
  /** URN of its provider. */
  provider: string | undefined;
  /** Property to the resources that its value comes from. */
  sources: Record<string, TestResource[]>;
}

/** What stands on the wire for a value that is not known before the update; any of the SDK's marks does. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that must never be printed: a violation that holds it fails every test. */
export const SECRET = "canary-6f1d0c";

/** Options of a resource that one of strongroom's components declares. */
export const OURS = { parents: ["strongroom:service:Service"] };

interface Options {
  name?: string;
  /** Label `strongroom.role`; the resource belongs to one of strongroom's components then. */
  role?: string;
  /** Label `strongroom.service`. */
  service?: string;
  /** Types of the parents, outermost first. Default: none, or some component of strongroom's for a role. */
  parents?: string[];
  protect?: boolean;
  ignoreChanges?: string[];
  provider?: string;
  sources?: Record<string, TestResource[]>;
}

/** A resource of any type. */
export function resource(
  type: string,
  inputs: Record<string, unknown> = {},
  options: Options = {},
): TestResource {
  const {
    name = "it",
    role,
    service,
    parents = role === undefined ? [] : OURS.parents,
    protect = false,
    ignoreChanges = [],
    provider,
    sources = {},
  } = options;
  const labels = [
    ...(role === undefined ? [] : [{ label: "strongroom.role", value: role }]),
    ...(service === undefined ? [] : [{ label: "strongroom.service", value: service }]),
  ];
  return {
    type,
    name,
    urn: `urn:pulumi:test::strongroom::${[...parents, type].join("$")}::${name}`,
    inputs: labels.length > 0 ? { labels, ...inputs } : inputs,
    protect,
    ignoreChanges,
    provider,
    sources,
  };
}

type Make = (inputs?: Record<string, unknown>, options?: Options) => TestResource;

export const container: Make = (inputs, options) => resource(TYPES.container, inputs, options);
export const volume: Make = (inputs, options) => resource(TYPES.volume, inputs, options);
export const network: Make = (inputs, options) => resource(TYPES.network, inputs, options);
