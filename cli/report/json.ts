import type { DocumentArgs } from "./formats";
import { messagesOf } from "./messages";

/** Number of the report's form: a program that knows it can read the document. */
const SCHEMA = 1;

/** The report, with the engine's messages where it failed. */
export function render({ report, engine }: DocumentArgs): string {
  const messages = report.succeeded ? {} : { messages: messagesOf(engine) };
  return `${JSON.stringify({ schema: SCHEMA, ...report, ...messages }, null, 2)}\n`;
}
