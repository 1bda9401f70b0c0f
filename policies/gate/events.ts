import { z } from "zod";

/**
 * Every kind of event that the engine writes into its event log (sdk/go/common/apitype/events.go, 3.259). One of
 * another kind means another engine, of which nobody has said what it means.
 */
const OTHER_KINDS = [
  "cancelEvent",
  "diagnosticEvent",
  "errorEvent",
  "policyAnalyzeStackSummaryEvent",
  "policyLoadEvent",
  "policyRemediateSummaryEvent",
  "policyRemediationEvent",
  "progressEvent",
  "resOpFailedEvent",
  "startDebuggingEvent",
  "stdoutEvent",
] as const;

/** The engine's operations (pkg/resource/deploy/step.go); any other is refused. */
export const OPERATIONS = [
  "same",
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "refresh",
  "read",
  "read-replacement",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
  "import",
  "import-replacement",
] as const;

export type Operation = (typeof OPERATIONS)[number];

const values = z.record(z.string(), z.unknown());

const side = z.object({
  urn: z.string().min(1),
  type: z.string().min(1),
  inputs: values,
  outputs: values.nullish(),
  provider: z.string().optional(),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  delete: z.boolean().optional(),
  initErrors: z.array(z.unknown()).nullish(),
});

const stepMetadata = z.object({
  op: z.enum(OPERATIONS),
  urn: z.string().min(1),
  type: z.string().min(1),
  old: side.nullable(),
  new: side.nullable(),
  diffs: z.array(z.string()).nullish(),
});

const summary = z.object({
  maybeCorrupt: z.boolean(),
  resourceChanges: z.record(z.string(), z.int().min(0)),
  isPreview: z.literal(true),
  result: z.enum(["succeeded", "failed"]),
});

/** What a rule of a policy pack has found (sdk/go/common/apitype/events.go); at other levels the engine says nothing. */
const violation = z.object({
  resourceUrn: z.string().optional(),
  message: z.string(),
  policyName: z.string().min(1),
  enforcementLevel: z.enum(["advisory", "mandatory"]),
});

/** That a policy pack was asked about a resource, by the rules that it names as passed, failed or disabled. */
const analysis = z.object({ resourceUrn: z.string().min(1), policyPackName: z.string().min(1) });

const line = z.strictObject({
  sequence: z.int().min(0),
  timestamp: z.number(),
  preludeEvent: values.optional(),
  resourcePreEvent: z.object({ metadata: stepMetadata, planning: z.literal(true).optional() }).optional(),
  resOutputsEvent: z.object({ metadata: stepMetadata, planning: z.literal(true).optional() }).optional(),
  summaryEvent: summary.optional(),
  policyEvent: violation.optional(),
  policyAnalyzeSummaryEvent: analysis.optional(),
  ...(Object.fromEntries(OTHER_KINDS.map((kind) => [kind, z.unknown().optional()])) as Record<
    (typeof OTHER_KINDS)[number],
    z.ZodOptional<z.ZodUnknown>
  >),
});

export type Event = z.infer<typeof line>;
export type StepMetadata = z.infer<typeof stepMetadata>;
export type Summary = z.infer<typeof summary>;
export type Violation = z.infer<typeof violation>;

/** The engine's record of a preview cannot be understood: nothing may be applied on its strength. */
export class GateError extends Error {
  constructor(message: string) {
    super(`the preview cannot be judged: ${message}`);
    this.name = "GateError";
  }
}

/**
 * Reads an event log (`--event-log`), one JSON document a line, from its first event to its last.
 * @throws GateError for anything that the engine does not write; its message holds no value
 */
export function parseEvents(text: string): Event[] {
  if (!text.endsWith("\n")) throw new GateError("the record of its events ends in the middle of a line");
  const events = text
    .slice(0, -1)
    .split("\n")
    .map((each, index) => parseLine(each, index));
  events.forEach(({ sequence }, index) => {
    if (sequence !== index) throw new GateError(`event ${index} is missing`);
  });
  return events;
}

function parseLine(text: string, index: number): Event {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new GateError(`event ${index} is no JSON`);
  }
  const { success, data, error } = line.safeParse(json);
  // Paths and codes only: what zod says about a value may quote it.
  if (!success)
    throw new GateError(`event ${index}: ${error.issues[0]?.path.join(".")}: ${error.issues[0]?.code}`);
  if (Object.keys(data).length !== 3) throw new GateError(`event ${index} is not of one kind`);
  return data;
}
