import type { Update } from "./update";

/** An operation that state has as begun and not as ended: `pending_operations` of `pulumi stack export`. */
export interface PendingOperation {
  /** The engine's word: `creating`, `updating`, `deleting`, `reading`, `importing`. */
  type: string;
  resource: { urn: string; type: string };
}

/** What the stack's own updates do (sdk/go/common/apitype/core.go has two more: the program reads and imports nothing). */
const OWN = ["creating", "updating", "deleting"];

/** Resources that a label finds on their host, or of which a second one does no harm. */
const FINDABLE = /^(docker|command|tls|random|pulumi|strongroom):/;

/** Whether what an interrupted creation may have made is found again without a person. */
export function isFindable({ resource }: Pick<PendingOperation, "resource">): boolean {
  return FINDABLE.test(resource.type);
}

/**
 * Pending operations as the gate judges them.
 * @param interrupted whether a run of `up` never came to its end: what it left is the stack's own
 */
export function judgedPending(operations: PendingOperation[], interrupted: boolean): Update["pending"] {
  return operations.map((operation) => ({
    urn: operation.resource.urn,
    name: operation.resource.urn.split("::").at(-1)!,
    operation: operation.type,
    residue: OWN.includes(operation.type) && (interrupted || isFindable(operation)),
  }));
}
