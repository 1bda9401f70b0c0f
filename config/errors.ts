/** One thing that is wrong with the configuration. */
export interface Problem {
  /** Where: config keys joined by dots, without the namespace, e.g. `services.server.replicas`. */
  path: string;
  /** The value as it was given, as JSON; left out when it is missing or could be a secret. */
  value?: string;
  /** What is wrong with it. */
  reason: string;
  /** What to do about it. */
  remedy: string;
}

/** Thrown by `parseSettings` alone, with every problem of the configuration at once. */
export class ConfigError extends Error {
  declare readonly problems: readonly Problem[];

  /** Sorts the problems by path and drops repeated ones: the same configuration always gives the same message. */
  constructor(stack: string, problems: readonly Problem[]) {
    const unique = new Map(problems.map((problem) => [`${problem.path}\n${problem.reason}`, problem]));
    const sorted = [...unique.values()].sort(
      (a, b) => compare(a.path, b.path) || compare(a.reason, b.reason),
    );
    super(format(stack, sorted));
    this.name = "ConfigError";
    // The message says all of it; whoever prints the error must not print it twice.
    Object.defineProperty(this, "problems", { value: sorted, enumerable: false });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function format(stack: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ path, value, reason, remedy }) => {
    const given = value === undefined ? "" : ` (${value})`;
    // A path in parentheses is not a key of the configuration.
    const name = path.startsWith("(") ? path : `strongroom:${path}`;
    return `  ${name}${given}: ${reason}\n    remedy: ${remedy}`;
  });
  return [`${count} in the configuration of stack "${stack}"; nothing was changed:`, ...lines].join("\n");
}

/** Longest value that a message quotes, in characters. */
const quotedLength = 100;

/**
 * A value for `Problem.value`: JSON, cut to a readable length, without the passwords of URLs and without private age
 * keys. Never call it with a secret's value.
 */
export function quote(value: unknown): string | undefined {
  const json = JSON.stringify(value)
    ?.replace(/(:\/\/[^\s/@:"]*):[^\s/@"]*@/g, "$1:…@")
    .replace(/(AGE-SECRET-KEY-)[0-9a-z]+/gi, "$1…");
  return json !== undefined && json.length > quotedLength ? `${json.slice(0, quotedLength)}…` : json;
}
