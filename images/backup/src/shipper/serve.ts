import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { targetText } from "../../../../operations/backup/offsite";
import { HEALTHY_UNTIL_FILE } from "../../../../operations/backup/sidecar";
import { errorFields, log } from "../../../log";
import { Repository } from "./restic";
import { retryAfter, shippingHealthyUntil } from "./schedule";
import { readShipperSettings } from "./settings";
import { archivesOnHost, pending, shipAgain, shipPending } from "./ship";
import { damaged, isLookDue, openShipped, shipped, shippedSince } from "./shipped";

/** Sends what is proven on the host off it, and looks at what is there once a period. Ends with its container. */
export async function serveShipper(): Promise<never> {
  // As the first process of its container it would ignore what it has no handler for.
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
  const settings = readShipperSettings();
  const target = targetText(settings.target);
  const periodMs = settings.periodSeconds * 1000;
  const key = openShipped();
  const repository = new Repository(settings.target);
  const started = Date.now();
  let shown = "";
  const showHealth = () => {
    const until = String(Math.floor(healthyUntil(target, periodMs, started) / 1000));
    if (until !== shown) writeFileSync(HEALTHY_UNTIL_FILE, until);
    shown = until;
  };
  showHealth();
  // While something is sent, which may take long, the alarm must be raised too.
  setInterval(showHealth, 1000);
  let [failures, isOpened] = [0, false];
  for (;;) {
    try {
      // At each start the target is asked what it has, whatever the receipts say.
      if (!isOpened || pending(archivesOnHost(), target).length > 0)
        await shipPending(settings, repository, key);
      isOpened = true;
      if (isLookDue(periodMs)) await shipAgain(settings, repository, key);
      failures = 0;
      await sleep(1000);
    } catch (error) {
      failures++;
      log("error", "shipping-failed", { failures, ...errorFields(error) });
      await sleep(retryAfter(failures, periodMs));
    }
  }
}

function healthyUntil(target: string, periodMs: number, started: number): number {
  const archives = archivesOnHost();
  const missing = new Set(pending(archives, target).map(({ receipt }) => receipt.id));
  const newest = [false, true].map(
    (isExport) => archives.find(({ receipt }) => (receipt.kind === "settings") === isExport)?.receipt.id,
  );
  const proven = shipped(target)
    .filter(({ receipt }) => !receipt.id.startsWith("settings-"))
    .map(({ receipt }) => Date.parse(receipt.proven));
  return shippingHealthyUntil({
    periodMs,
    upToDate: newest.every((id) => id === undefined || !missing.has(id)),
    newestShipped: proven.length === 0 ? undefined : Math.max(...proven),
    since: shippedSince(),
    started,
    anyDamaged: damaged().length > 0,
    now: Date.now(),
  });
}
