/** A failure that an operator can act on; its message is shown as it is and never holds a secret. */
export class OperationError extends Error {
  override name = "OperationError";
}
