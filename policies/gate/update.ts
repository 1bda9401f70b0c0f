import {
  type Event,
  GateError,
  type Operation,
  parseEvents,
  type StepMetadata,
  type Summary,
} from "./events";
import { PACK, packFinding } from "./pack-finding";
import type { Finding } from "./rule";
import { isObject, type Values } from "./values";

/** A resource before or after the update. */
export interface Side {
  inputs: Values;
  protect: boolean;
  retainOnDelete: boolean;
  /** URN of its provider without the provider's id, which is new with every replacement. */
  provider: string;
  /** It was replaced by an earlier run and only waits for its deletion. */
  doomed: boolean;
  /** Its creation by an earlier run did not come to its end. */
  unfinished: boolean;
}

/** Everything that the update does to one resource. */
export interface Change {
  urn: string;
  type: string;
  /** The resource's name in the program. */
  name: string;
  /** Role and service by its labels, from whichever side has them. */
  role: string | undefined;
  service: string | undefined;
  kind: "same" | "create" | "update" | "replace" | "delete" | "unjudged";
  /** In the engine's order. */
  operations: Operation[];
  before: Side | undefined;
  after: Side | undefined;
  /** Input properties that differ, as the provider sees it. */
  diffs: string[];
  /** The one that is there goes before the one that comes: in between there is none. */
  gap: boolean;
}

/** An update as the engine previewed it: what rules judge. */
export interface Update {
  /** All resources, in the order of their first step. */
  changes: Change[];
  /** Leftovers of earlier runs that the update deletes. */
  residue: Change[];
  /** What state has as begun and never ended: no event says so, whoever read the state adds it. */
  pending: { urn: string; name: string; operation: string; residue: boolean }[];
  /** Resources that go when another one does (`deletedWith`), as state has them: events do not say so either. */
  tied: { urn: string; name: string; to: string }[];
  /** Resources that state has and the host had not, after a refresh. */
  missing: string[];
  /** The stack's outputs: `before` as state has them; undefined when the preview did not get to them. */
  outputs: { before: Values; after: Values | undefined };
  /** What the policy pack has found, if the engine was given it. */
  violations: Finding[];
  /** Names of the resources to come that the policy pack was not asked about: all, if the engine was not given it. */
  unasked: string[];
  /** Whether the engine would make the update: its preview came to its end without an error. */
  succeeded: boolean;
}

const STACK = "pulumi:pulumi:Stack";

/** What each operation must have: the state before, the state after. */
const SIDES: Record<Operation, { old?: boolean; new?: boolean }> = {
  same: { old: true, new: true },
  create: { old: false, new: true },
  update: { old: true, new: true },
  delete: { old: true, new: false },
  replace: { old: true, new: true },
  "create-replacement": { new: true },
  "delete-replaced": { old: true, new: false },
  refresh: { old: true },
  read: {},
  "read-replacement": {},
  discard: {},
  "discard-replaced": {},
  "remove-pending-replace": {},
  import: {},
  "import-replacement": {},
};

/** Which operations together make which kind of change; anything else is not judged, so not allowed. */
const KINDS: [Change["kind"], Operation[]][] = [
  ["same", ["same"]],
  ["create", ["create"]],
  ["update", ["update"]],
  ["delete", ["delete"]],
  ["replace", ["create-replacement", "delete-replaced", "replace"]],
  // The engine deleted the old one in a run that was interrupted.
  ["replace", ["create-replacement", "replace"]],
];

/**
 * The update that an event log of a preview describes.
 * @throws GateError when it is incomplete, contradicts itself, or holds what the engine does not write
 */
export function parseUpdate(eventLog: string): Update {
  const events = parseEvents(eventLog);
  const summary = summaryOf(events);
  const steps = events.flatMap(({ resourcePreEvent }) =>
    resourcePreEvent ? [resourcePreEvent.metadata] : [],
  );
  steps.forEach(checkStep);
  if (summary.result === "succeeded") checkCounts(steps, summary);
  const refreshed = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent?.metadata.op === "refresh" ? [resOutputsEvent.metadata] : [],
  );
  const residue = leftovers(steps);
  const changes = grouped(steps.filter((step) => step.op !== "refresh" && !residue.includes(step)));
  const asked = new Set(
    events.flatMap(({ policyAnalyzeSummaryEvent: analysis }) =>
      analysis?.policyPackName === PACK ? [analysis.resourceUrn] : [],
    ),
  );
  return {
    changes,
    residue: residue.map((step) => toChange([step])),
    pending: [],
    tied: [],
    missing: refreshed.filter((step) => step.new === null).map(({ urn }) => urn),
    outputs: outputsOf(events),
    violations: events.flatMap(({ policyEvent }) => (policyEvent ? [packFinding(policyEvent)] : [])),
    unasked: changes.filter(({ urn, after }) => after && !asked.has(urn)).map(({ name }) => name),
    succeeded: summary.result === "succeeded",
  };
}

function summaryOf(events: Event[]): Summary {
  const summaries = events.flatMap(({ summaryEvent }) => (summaryEvent ? [summaryEvent] : []));
  const [summary] = summaries;
  if (!summary || summaries.length > 1) throw new GateError(`it has ${summaries.length} summaries`);
  if (!events.at(-1)?.cancelEvent) throw new GateError("the record of its events has no end");
  if (summary.maybeCorrupt) throw new GateError("the engine calls the result possibly corrupt");
  return summary;
}

function checkStep(step: StepMetadata): void {
  // Rules go by type: it has to be the one that the resource's name says.
  if (typeIn(step.urn) !== step.type) throw new GateError(`${step.op} of ${step.urn} has another type`);
  for (const name of ["old", "new"] as const) {
    const wanted = SIDES[step.op][name];
    if (wanted !== undefined && (step[name] !== null) !== wanted)
      throw new GateError(`${step.op} of ${step.urn} ${wanted ? "lacks" : "has"} the ${name} state`);
    const given = step[name];
    if (given && (given.urn !== step.urn || given.type !== step.type))
      throw new GateError(`${step.op} of ${step.urn} has another resource's state`);
  }
}

/** The type in `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
function typeIn(urn: string): string | undefined {
  return urn.split("::")[2]?.split("$").at(-1);
}

/** The engine's own count of steps: none was lost on the way. It leaves out what it does to default providers. */
function checkCounts(steps: StepMetadata[], { resourceChanges }: Summary): void {
  for (const op of ["create", "update", "delete", "replace", "import"] as const) {
    const counted = steps.filter((step) => step.op === op && !isDefaultProvider(step.urn)).length;
    const claimed = resourceChanges[op] ?? 0;
    if (counted !== claimed)
      throw new GateError(`${claimed} steps of ${op} are announced, ${counted} are there`);
  }
}

/** A provider that the engine makes by itself, one for each version of an SDK. */
export function isDefaultProvider(urn: string): boolean {
  return /::pulumi:providers:[a-z0-9-]+::default[_0-9a-z-]*$/.test(urn);
}

/**
 * Deletions of what an earlier run replaced. The replacement of this run deletes one, marked in the same way, which
 * the engine does after those.
 */
function leftovers(steps: StepMetadata[]): StepMetadata[] {
  const replaced = new Set(steps.filter(({ op }) => op === "replace").map(({ urn }) => urn));
  const doomed = steps.filter(({ op, old }) => op === "delete-replaced" && old?.delete === true);
  return doomed.filter(
    (step) => !replaced.has(step.urn) || step !== doomed.filter(({ urn }) => urn === step.urn).at(-1),
  );
}

/** What a finding about the stack as a whole names; without names where the update does not have it. */
export function stackOf({ changes }: Pick<Update, "changes">): Pick<Change, "urn" | "name"> {
  return changes.find(({ type }) => type === STACK) ?? { urn: "", name: "" };
}

/** What is no resource of its own, such as a domain, as one: an exception has to name it. */
export function partOf(update: Pick<Update, "changes">, name: string): Pick<Change, "urn" | "name"> {
  return { urn: `${stackOf(update).urn}#${name}`, name };
}

function outputsOf(events: Event[]): Update["outputs"] {
  const stacks = events.flatMap(({ resourcePreEvent, resOutputsEvent }) =>
    [resourcePreEvent?.metadata, resOutputsEvent?.metadata].filter(
      (step) => step?.type === STACK && step.op !== "refresh",
    ),
  );
  const after = stacks.at(-1)?.new?.outputs ?? {};
  const before = stacks.map((step) => step?.old?.outputs).find(isObject) ?? {};
  return { before, after: Object.keys(after).length > 0 ? after : undefined };
}

function grouped(steps: StepMetadata[]): Change[] {
  const byUrn = new Map<string, StepMetadata[]>();
  for (const step of steps) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  return [...byUrn.values()].map(toChange);
}

function toChange(steps: StepMetadata[]): Change {
  const { urn, type } = steps[0]!;
  const operations = steps.map(({ op }) => op);
  const before = steps.map((step) => step.old).find(Boolean);
  const after = steps.map((step) => step.new).find(Boolean);
  const sorted = [...operations].sort().join();
  const deletion = operations.indexOf("delete-replaced");
  return {
    urn,
    type,
    name: urn.split("::").at(-1)!,
    role: labelOf(after, "role") ?? labelOf(before, "role"),
    service: labelOf(after, "service") ?? labelOf(before, "service"),
    kind: KINDS.find(([, allowed]) => allowed.join() === sorted)?.[0] ?? "unjudged",
    operations,
    before: before ? toSide(before) : undefined,
    after: after ? toSide(after) : undefined,
    diffs: [...new Set(steps.flatMap(({ diffs }) => diffs ?? []))].sort(),
    gap: deletion >= 0 && deletion < operations.indexOf("create-replacement"),
  };
}

function toSide(side: NonNullable<StepMetadata["old"]>): Side {
  return {
    inputs: side.inputs,
    protect: side.protect ?? false,
    retainOnDelete: side.retainOnDelete ?? false,
    provider: (side.provider ?? "").replace(/::[^:]*$/, ""),
    doomed: side.delete ?? false,
    unfinished: (side.initErrors ?? []).length > 0,
  };
}

/** A label of strongroom's own; labels that are unknown or of another form are none. */
export function labelOf(side: { inputs: Values } | null | undefined, name: string): string | undefined {
  const labels = side?.inputs.labels;
  if (!Array.isArray(labels)) return undefined;
  const found = labels.find((each) => isObject(each) && each.label === `strongroom.${name}`) as
    Values | undefined;
  return typeof found?.value === "string" ? found.value : undefined;
}
