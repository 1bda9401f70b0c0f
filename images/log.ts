export type Fields = Record<string, string | number | boolean | undefined>;

/** One JSON line per event. Callers pass names, counts and addresses, never a secret or a stored text. */
export function log(level: "info" | "warn" | "error", event: string, fields: Fields = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
}

/** An error's code and message for a log line; its details may quote stored values and are left out. */
export function errorFields(error: unknown): Fields {
  const { code, message } = error as { code?: string; message?: string };
  // A refused connection to a name with several addresses is an AggregateError without a message.
  return { code, message: message || code || String(error) };
}
