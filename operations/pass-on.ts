import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Passes one program's output on to another.
 * @param ended its promise settles when both programs have ended; it rejects, or whoever asks for its outcome tells, when one failed
 * @throws Error of the stream, but not when the second program had all that it wants and so ended before it was told
 * that there is no more: then both may have ended well
 */
export async function passOn(
  output: Readable,
  input: Writable,
  ended: () => Promise<unknown>,
): Promise<void> {
  try {
    await pipeline(output, input);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    await ended();
  }
}
