/** Exit codes of every command; `./strongroom --help` lists them. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  drifted: 4,
  certificates: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** An error that is the user's to read: its message is printed without a stack trace, its code is the exit code. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly code: ExitCode = exitCode.failed,
  ) {
    super(message);
    this.name = "CliError";
  }
}

/** Bad arguments, files or configuration: nothing was touched. */
export function usageError(message: string): CliError {
  return new CliError(message, exitCode.usage);
}

/** Something stands in the way that only a person may decide on: nothing was touched. */
export function refusal(message: string): CliError {
  return new CliError(message, exitCode.refused);
}
