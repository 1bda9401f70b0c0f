import { isSignedBy } from "./receipt";
import { type BaseReceipt, type ReachReceipt, type Stretch, type WalListing, type WalRequest } from "./wal";
import { following } from "./wal-segments";

/** What a restore to a time takes out of the archive. */
export interface WalPlan {
  stretch: Stretch;
  base: BaseReceipt;
  /** Finished segments from the base backup on, in their order. */
  segments: string[];
  reached: ReachReceipt;
}

/**
 * What a restore to a time needs: the newest base backup from before it, and the log since.
 * @throws Error naming from when and up to when can be restored, or what is missing
 */
export function planRestore(
  { stretches }: Pick<WalListing, "stretches">,
  { time, stack, database, publicKey }: Omit<WalRequest, "identity">,
): WalPlan {
  const at = Date.parse(time);
  const all = stretches
    .flatMap(({ bases, ...rest }) => bases.map((base) => ({ ...rest, base })))
    .sort((a, b) => a.base.receipt.sequence - b.base.receipt.sequence);
  const first = all[0];
  if (!first) throw new Error("there is no base backup yet, so no time can be restored");
  const chosen = all.filter(({ base }) => Date.parse(base.receipt.consistent) <= at).at(-1);
  if (!chosen)
    throw new Error(
      `the first base backup is of ${first.base.receipt.consistent}: ${time} is before it, and cannot be restored`,
    );
  const { base, stretch, segments } = chosen;
  const { id } = base.receipt;
  if (!isSignedBy(base, publicKey))
    throw new Error(`the receipt of base backup ${id} is not signed by the trusted key`);
  if (base.receipt.stack !== stack || base.receipt.database !== database)
    throw new Error(
      `${id} is of database ${base.receipt.database} of stack ${base.receipt.stack}, not of ${database} of ${stack}`,
    );
  const { reached } = chosen;
  if (!reached) throw new Error(`nothing of the log since base backup ${id} is archived`);
  const { receipt } = reached;
  if (!isSignedBy(reached, publicKey) || receipt.stretch !== stretch.number)
    throw new Error(
      `what says up to when the log since base backup ${id} reaches is not signed by the trusted key`,
    );
  if (at > Date.parse(receipt.time))
    throw new Error(
      tooLate(
        time,
        receipt.time,
        all.map((each) => each.base.receipt),
      ),
    );
  const needed = segments.filter((name) => name >= base.receipt.start);
  const expected = [...needed, ...(receipt.partial ? [receipt.partial.name] : [])];
  let next = base.receipt.start;
  for (const name of expected) {
    if (name !== next)
      throw new Error(`segment ${next} of the log is missing, so ${time} cannot be restored`);
    next = following(name);
  }
  if (expected.length === 0)
    throw new Error(`segment ${next} of the log is missing, so ${time} cannot be restored`);
  return { stretch, base: base.receipt, segments: needed, reached: receipt };
}

function tooLate(time: string, reached: string, bases: BaseReceipt[]): string {
  const next = bases.find(({ consistent }) => Date.parse(consistent) > Date.parse(time));
  return (
    `the log reaches up to ${reached}${next ? ` and goes on from ${next.consistent}` : ""}: ` +
    `${time} is ${next ? "between the two" : "after it"}, and cannot be restored`
  );
}
