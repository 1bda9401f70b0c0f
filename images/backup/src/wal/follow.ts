import type { KeyObject } from "node:crypto";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReachReceipt, Stretch, StretchCause, WalSettings } from "../../../../operations/backup/wal";
import {
  following,
  HISTORY,
  position,
  SEGMENT,
  SEGMENT_BYTES,
  segmentAt,
} from "../../../../operations/backup/wal-segments";
import { PARTIAL } from "../durable";
import {
  archivePath,
  beginStretch,
  keepFile,
  logReceipt,
  noteLog,
  noteReached,
  reachedOf,
  receiveFolder,
  received,
  segments,
  stretches,
} from "./archive";
import { packFile } from "./pack";
import type { Primary, System } from "./primary";

/** How long a copy waits for what the server had on disk when it began: 5 s. */
const RECEIVE_MS = 5_000;

/** Ending that pg_receivewal gives the segment that is being written. */
const UNFINISHED = ".partial";

/** Where the server's log ended at a time, ms since the epoch. */
interface Sample {
  time: number;
  lsn: string;
}

/**
 * The stretch that the server's log is archived in: the newest one if that goes on without a gap, else a new one, with a
 * slot made anew.
 */
export async function currentStretch(primary: Primary): Promise<Stretch> {
  const newest = stretches().at(-1);
  const system = await primary.system();
  const cause = await breakAfter(newest, system, primary);
  if (newest && cause === undefined) return newest;
  await primary.makeSlot();
  const restart = await primary.slot();
  if (typeof restart !== "bigint") throw new Error("the slot that was just made is not there");
  const { systemIdentifier, timeline } = system;
  return beginStretch({ systemIdentifier, timeline, start: segmentAt(timeline, restart), cause: cause! });
}

/** Why a stretch does not go on; undefined when it does. */
async function breakAfter(
  newest: Stretch | undefined,
  { systemIdentifier, timeline, lsn }: System,
  primary: Primary,
): Promise<StretchCause | undefined> {
  if (!newest) return "first";
  if (newest.systemIdentifier !== systemIdentifier) return "another cluster";
  if (newest.timeline !== timeline) return "another timeline";
  const slot = await primary.slot();
  if (slot === "lost") return "the slot was lost";
  if (slot === "gone") return "the slot is gone";
  const reached = reachedOf(newest)?.receipt.lsn;
  const isBehind = reached !== undefined && position(lsn) < position(reached);
  return isBehind || segmentAt(timeline, slot) > nextSegment(newest)
    ? "the server's log does not go on where the archive ends"
    : undefined;
}

/** The segment that comes after what is finished, archived or not. */
function nextSegment(stretch: Stretch): string {
  const last = [...segments(stretch), ...received(stretch).filter((name) => SEGMENT.test(name))]
    .sort()
    .at(-1);
  return last === undefined ? stretch.start : following(last);
}

/** Archives one stretch of a server's log. */
export class Archiver {
  /** What the archive is yet to reach. */
  private samples: Sample[] = [];

  constructor(
    private readonly settings: WalSettings,
    private readonly stretch: Stretch,
    private readonly key: KeyObject,
  ) {}

  /**
   * Archives what was received, with a copy of the segment that is being written, and notes up to when that reaches.
   * @throws Error when the slot is lost, or the server is another one
   */
  async copy(primary: Primary): Promise<void> {
    const { systemIdentifier, timeline } = this.stretch;
    const time = Date.now();
    const system = await primary.system();
    if (system.systemIdentifier !== systemIdentifier || system.timeline !== timeline)
      throw new Error("the server has another cluster or timeline now");
    this.samples.push({ time, lsn: system.lsn });
    const there = await receivedUpTo(primary, position(system.lsn));
    for (const name of received(this.stretch))
      if (SEGMENT.test(name) || HISTORY.test(name)) await this.archive(name);
    const covered = this.samples.filter(({ lsn }) => position(lsn) <= there).at(-1);
    if (!covered) return;
    await this.reach(covered);
    this.samples = this.samples.filter((sample) => sample.time > covered.time);
  }

  /** Puts a finished file into the archive; one that is there stays as it is. */
  private async archive(name: string): Promise<void> {
    const { stretch } = this;
    const from = join(receiveFolder(stretch), name);
    const isNew = HISTORY.test(name) ? !logReceipt(stretch, name) : name >= nextArchived(stretch);
    if (isNew) {
      if (SEGMENT.test(name) && name !== nextArchived(stretch))
        throw new Error(`segment ${nextArchived(stretch)} of the log was not received`);
      const file = `${name}.age`;
      await packFile(from, `${archivePath(stretch, file)}${PARTIAL}`, this.settings.recipients);
      const measured = await keepFile(stretch, file);
      noteLog(stretch, { schema: 1, kind: "log", ...this.names(), name, file, ...measured }, this.key);
    }
    rmSync(from);
  }

  /** Notes that everything up to a sample is archived, with a copy of the unfinished segment if it takes one. */
  private async reach({ time, lsn }: Sample): Promise<void> {
    const { stretch } = this;
    const before = reachedOf(stretch)?.receipt;
    const end = position(lsn);
    // A position at a segment's begin is the end of the one before.
    const last = segmentAt(stretch.timeline, end === 0n ? end : end - 1n);
    const isFinished = last < nextArchived(stretch);
    const isSame = before?.lsn === lsn && before.partial?.name === last;
    const partial = isFinished ? undefined : isSame ? before.partial : await this.copyUnfinished(last, time);
    const receipt: ReachReceipt = {
      schema: 1,
      kind: "reached",
      ...this.names(),
      time: new Date(time).toISOString(),
      lsn,
      ...(partial ? { partial } : {}),
    };
    noteReached(stretch, receipt, this.key);
  }

  private async copyUnfinished(name: string, time: number): Promise<NonNullable<ReachReceipt["partial"]>> {
    const { stretch } = this;
    const [unfinished, finished] = [`${name}${UNFINISHED}`, name].map((each) =>
      join(receiveFolder(stretch), each),
    );
    // Of its full size from its begin on, but for the moment in which it is made.
    const from =
      existsSync(unfinished!) && statSync(unfinished!).size === SEGMENT_BYTES ? unfinished! : finished!;
    const file = `${name}.${time}.partial.age`;
    await packFile(from, `${archivePath(stretch, file)}${PARTIAL}`, this.settings.recipients);
    return { name, file, ...(await keepFile(stretch, file)) };
  }

  private names() {
    const { systemIdentifier, number } = this.stretch;
    return { stack: this.settings.stack, systemIdentifier, stretch: number };
  }
}

/** The segment that the archive takes next. */
function nextArchived(stretch: Stretch): string {
  const last = segments(stretch).at(-1);
  return last === undefined ? stretch.start : following(last);
}

/** Waits until the server's log is received up to a position, or that takes too long. @returns up to where it is */
async function receivedUpTo(primary: Primary, wanted: bigint): Promise<bigint> {
  for (const deadline = Date.now() + RECEIVE_MS; ; await sleep(100)) {
    const slot = await primary.slot();
    if (typeof slot !== "bigint") throw new Error(`the slot by which the server keeps its log is ${slot}`);
    if (slot >= wanted || Date.now() > deadline) return slot;
  }
}
