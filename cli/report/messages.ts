import { plain } from "./escape";
import type { DocumentArgs } from "./formats";

/** All that an engine that failed has said. */
export function messagesOf({ stdout, stderr }: DocumentArgs["engine"]): string {
  return [stdout, stderr]
    .map((text) => plain(text).trim())
    .filter(Boolean)
    .join("\n\n");
}
