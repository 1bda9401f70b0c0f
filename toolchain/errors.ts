/** A tool or image that cannot be provided; the message says what to do about it. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}
