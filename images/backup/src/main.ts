import { writeFileSync } from "node:fs";
import { buffer, json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { BackupKind, SignedReceipt } from "../../../operations/backup/receipt";
import type { WalRequest } from "../../../operations/backup/wal";
import type { OffsiteRequest } from "../../../operations/backup/offsite";
import { HEALTHY_UNTIL_FILE, type SignExportRequest } from "../../../operations/backup/sidecar";
import { errorFields, log } from "../../log";
import { adopt } from "./adopt";
import { askControl, serveControl } from "./control";
import { signExport, takeExport } from "./exports";
import { checkBackup, readRequest, restoreBackup } from "./restore";
import { runBackup } from "./run";
import { catchUpSince, healthyUntil, nextRun } from "./schedule";
import { wipeScratch } from "./scratch";
import { checkRecipients } from "./seal";
import { readSettings } from "./settings";
import { offsiteListing, printOffsite } from "./shipper/fetch";
import { serveShipper } from "./shipper/serve";
import { readShipperSettings } from "./shipper/settings";
import { shippingListing } from "./shipper/shipped";
import { walListing } from "./wal/archive";
import { checkTime, fillTime } from "./wal/restore";
import { serveWal } from "./wal/serve";
import { lastStart, listing, makeStore, noteSeen, noteStart, openStore, receipts, storeMade } from "./store";

/** How often the sidecar notes that it is at work: each minute. */
const SEEN_MS = 60_000;

/** Runs the schedule and answers requests, one backup at a time. Ends with its container. */
async function serve(): Promise<never> {
  // As the first process of its container it would ignore what it has no handler for; whatever it was doing is
  // swept at the next start.
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
  const settings = readSettings();
  const periodMs = settings.periodSeconds * 1000;
  // Else nobody would know before the first backup is overdue.
  await checkRecipients(settings.recipients);
  const key = openStore();
  wipeScratch();
  const lastVerified = () =>
    receipts()
      .map(({ receipt }) => Date.parse(receipt.ended))
      .at(-1);
  const catchingUpSince = catchUpSince(lastStart(), lastVerified(), Date.now());
  noteStart(catchingUpSince);
  setInterval(() => noteSeen(Date.now()), SEEN_MS);
  let shown = "";
  const showHealth = () => {
    const now = Date.now();
    const clock = { periodMs, lastVerified: lastVerified(), storeMade: storeMade(), catchingUpSince, now };
    const until = String(Math.floor(healthyUntil(clock) / 1000));
    if (until !== shown) writeFileSync(HEALTHY_UNTIL_FILE, until);
    shown = until;
  };
  let queue: Promise<unknown> = Promise.resolve();
  const backup = (kind: BackupKind): Promise<SignedReceipt> => {
    const run = queue.then(async () => {
      log("info", "backup-begun", { kind });
      const { signed, pruned } = await runBackup(settings, kind, key);
      const { id, bytes, rows } = signed.receipt;
      log("info", "backup-proven", { id, kind, bytes, rows, pruned: pruned.join(" ") || undefined });
      return signed;
    });
    queue = run.catch((error: unknown) => log("error", "backup-failed", { kind, ...errorFields(error) }));
    return run;
  };
  serveControl(() => backup("manual"));
  let lastFailed: number | undefined;
  for (;;) {
    showHealth();
    const scheduled = receipts().filter(({ receipt }) => receipt.kind === "scheduled");
    const lastBegun = scheduled.at(-1)?.receipt.begun;
    const now = Date.now();
    const next = nextRun(
      periodMs,
      lastBegun === undefined ? undefined : Date.parse(lastBegun),
      lastFailed,
      now,
    );
    // Looked at again each second: the clock may be set meanwhile.
    if (now < next) await sleep(1000);
    else
      lastFailed = await backup("scheduled").then(
        () => undefined,
        () => Date.now(),
      );
  }
}

async function main(command: string | undefined): Promise<void> {
  if (command === "serve") await serve();
  else if (command === "now") process.stdout.write(await askControl());
  else if (command === "list") process.stdout.write(JSON.stringify(listing()));
  else if (command === "take-export") {
    makeStore();
    process.stdout.write(JSON.stringify(await takeExport(await buffer(process.stdin), new Date())));
  } else if (command === "sign-export") {
    const request = (await json(process.stdin)) as SignExportRequest;
    const named = receipts().flatMap(({ receipt }) => receipt.settings?.id ?? []);
    process.stdout.write(JSON.stringify(await signExport(request, named, makeStore(), new Date())));
  } else if (command === "check")
    process.stdout.write(JSON.stringify(await checkBackup(await readRequest())));
  else if (command === "restore")
    process.stdout.write(JSON.stringify(await restoreBackup(await readRequest())));
  else if (command === "wal") await serveWal();
  else if (command === "wal-list") process.stdout.write(JSON.stringify(walListing()));
  else if (command === "wal-check")
    process.stdout.write(JSON.stringify(await checkTime((await json(process.stdin)) as WalRequest)));
  else if (command === "wal-fill")
    process.stdout.write(JSON.stringify(await fillTime((await json(process.stdin)) as WalRequest)));
  else if (command === "ship") await serveShipper();
  else if (command === "adopt") process.stdout.write(JSON.stringify(await adopt(process.stdin)));
  else if (command === "offsite-list")
    process.stdout.write(JSON.stringify(await offsiteListing((await json(process.stdin)) as OffsiteRequest)));
  else if (command === "offsite-read") await printOffsite((await json(process.stdin)) as OffsiteRequest);
  else if (command === "shipped")
    process.stdout.write(JSON.stringify(shippingListing(readShipperSettings().target)));
  else
    throw new Error(
      "usage: main.js serve|now|list|take-export|sign-export|check|restore|adopt|ship|shipped|offsite-list|offsite-read|wal|wal-list|wal-check|wal-fill",
    );
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  // Else the control socket would keep a sidecar alive that makes no backups.
  process.exit(1);
});
