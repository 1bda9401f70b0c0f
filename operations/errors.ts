/** A failure that an operator can act on; its message is shown as it is and never holds a secret. */
export class OperationError extends Error {
  override name = "OperationError";
}

/** What failed after the product was moved to another database: it stays there, and nothing is to be put back. */
export class MovedError extends OperationError {
  override name = "MovedError";

  constructor(reason: string) {
    super(`the product was moved to the other database, and stays there; but after that: ${reason}`);
  }
}
