import type { z } from "zod";

/** When the engine runs a verb. */
export type Phase = "create" | "update" | "delete";

/**
 * One thing that the stack makes a host do. A verb and every version of its input stay for as long as any
 * state can call them: a delete is run with the input of the last apply.
 */
export interface Verb<Input = unknown> {
  input: z.ZodType<Input>;
  /** Idempotent: the same input again, after any interruption, ends in the same state. */
  run(phase: Phase, input: Input): Promise<void>;
}
