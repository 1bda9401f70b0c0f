import type { KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HEALTHY_UNTIL_FILE } from "../../../../operations/backup/sidecar";
import { COPY_SECONDS, isLoss, type Stretch, type WalSettings } from "../../../../operations/backup/wal";
import { errorFields, log } from "../../../log";
import { nextRun } from "../schedule";
import { checkRecipients } from "../seal";
import { basesOf, openArchive, reachedOf, stretches } from "./archive";
import { takeBase, wipeBaseScratch } from "./base";
import { Archiver, currentStretch } from "./follow";
import { walHealthyUntil } from "./health";
import { Primary } from "./primary";
import { Receiver } from "./receiver";
import { pruneArchive } from "./retention";
import { readWalSettings } from "./settings";

/** After a failure it is tried again after this: 2 s. */
const RETRY_MS = 2_000;

/** Keeps the database's log and base backups of it, whatever happens to the database. Ends with its container. */
export async function serveWal(): Promise<never> {
  // As the first process of its container it would ignore what it has no handler for.
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
  const settings = readWalSettings();
  await checkRecipients(settings.recipients);
  const key = openArchive();
  wipeBaseScratch();
  const bases = new Bases(settings, key);
  const started = Date.now();
  let shown = "";
  const showHealth = () => {
    const until = String(Math.floor(healthyUntil(settings, started) / 1000));
    if (until !== shown) writeFileSync(HEALTHY_UNTIL_FILE, until);
    shown = until;
  };
  showHealth();
  setInterval(showHealth, 1000);
  for (;;) {
    await follow(settings, key, bases).catch((error: unknown) =>
      log("error", "log-not-archived", errorFields(error)),
    );
    await sleep(RETRY_MS);
  }
}

/** Archives the server's log until something fails. */
async function follow(settings: WalSettings, key: KeyObject, bases: Bases): Promise<void> {
  const primary = await Primary.connect(settings.database);
  let receiver: Receiver | undefined;
  try {
    const known = stretches().at(-1)?.number;
    const stretch = await currentStretch(primary);
    if (stretch.number !== known)
      log(isLoss(stretch.cause) ? "error" : "info", "stretch-begun", { ...stretch });
    receiver = Receiver.start(settings, stretch);
    const archiver = new Archiver(settings, stretch, key);
    for (;;) {
      const next = Date.now() + COPY_SECONDS * 1000;
      await archiver.copy(primary);
      for (; Date.now() < next; await Promise.race([sleep(1000), receiver.ended])) bases.takeIfDue(stretch);
    }
  } finally {
    await receiver?.stop();
    await primary.end().catch(() => undefined);
  }
}

function healthyUntil({ basePeriodSeconds }: WalSettings, started: number): number {
  const stretch = stretches().at(-1);
  const reached = stretch && reachedOf(stretch)?.receipt.time;
  const base = stretch && basesOf(stretch).at(-1)?.receipt.begun;
  return walHealthyUntil({
    reached: reached === undefined ? undefined : Date.parse(reached),
    base: base === undefined ? undefined : Date.parse(base),
    basePeriodMs: basePeriodSeconds * 1000,
    stretch: stretch && { began: Date.parse(stretch.began), cause: stretch.cause },
    started,
    now: Date.now(),
  });
}

/** Base backups, one at a time, while the log is archived. */
class Bases {
  private isTaking = false;
  private lastFailed: number | undefined;

  constructor(
    private readonly settings: WalSettings,
    private readonly key: KeyObject,
  ) {}

  /** Begins one if the stretch has none, or its last one is a period old. */
  takeIfDue(stretch: Stretch): void {
    const now = Date.now();
    const begun = basesOf(stretch).at(-1)?.receipt.begun;
    const last = begun === undefined ? undefined : Date.parse(begun);
    if (this.isTaking || now < nextRun(this.settings.basePeriodSeconds * 1000, last, this.lastFailed, now))
      return;
    this.isTaking = true;
    takeBase(this.settings, stretch, this.key)
      .then(
        ({ id, bytes }) => {
          this.lastFailed = undefined;
          const pruned = pruneArchive(this.settings.keep, stretch).join(" ") || undefined;
          log("info", "base-proven", { id, bytes, pruned });
        },
        (error: unknown) => {
          this.lastFailed = Date.now();
          log("error", "base-failed", errorFields(error));
        },
      )
      // Of the pruning: it is tried again after the next one.
      .catch((error: unknown) => log("error", "prune-failed", errorFields(error)))
      .finally(() => (this.isTaking = false));
  }
}
