import { plain } from "./escape";
import type { DocumentArgs } from "./formats";
import type { PreviewReport } from "./report";

/** All that an engine that failed has said. */
export function messagesOf({ stdout, stderr }: DocumentArgs["engine"]): string {
  return [stdout, stderr]
    .map((text) => plain(text).trim())
    .filter(Boolean)
    .join("\n\n");
}

/** What people are shown of the engine's output: its diff, or where it failed all that it said, unfolded. */
export function printedBy(
  engine: DocumentArgs["engine"],
  { succeeded }: Pick<PreviewReport, "succeeded">,
): { title: string; text: string; open: boolean } {
  return succeeded
    ? { title: "Pulumi's diff", text: plain(engine.stdout), open: false }
    : { title: "The engine's messages", text: messagesOf(engine), open: true };
}
