import type { Redactor } from "../redact";
import type { Difference } from "./container";

export interface DriftReport {
  stack: string;
  differences: Difference[];
}

/** For programs, one line. Each field loses its secrets before it is quoted, so that what is printed is JSON. */
export function driftJson({ differences }: DriftReport, redactor: Pick<Redactor, "text">): string {
  return `${JSON.stringify({ schema: 1, differences: differences.map((each) => withoutSecrets(each, redactor)) })}\n`;
}

/** For people, a line for each difference. */
export function driftText({ stack, differences }: DriftReport, redactor: Pick<Redactor, "text">): string {
  if (differences.length === 0) return `Stack ${stack}: as the last update left it\n`;
  const lines = differences
    .map((each) => withoutSecrets(each, redactor))
    .map(({ subject, what, expected, found }) => `  ${subject}  ${what}: ${found}, expected ${expected}\n`);
  return `Stack ${stack}: ${lines.length} difference${lines.length === 1 ? "" : "s"}\n${lines.join("")}`;
}

/** A label, a command or a mount may hold one, put there by hand or by a product's own settings. */
function withoutSecrets(difference: Difference, redactor: Pick<Redactor, "text">): Difference {
  return Object.fromEntries(
    Object.entries(difference).map(([name, text]: [string, string]) => [name, redactor.text(text)]),
  ) as unknown as Difference;
}
