import { OperationError } from "../errors";

/** An archive, signature or key that is not what it must be; nothing was loaded. */
export class ArchiveError extends OperationError {}
