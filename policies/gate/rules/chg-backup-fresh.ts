import { type ServiceContainers, serviceContainers } from "../containers";
import { databaseMove, databaseServers, dataVolumes, volumesOf } from "../database";
import { each, type GateRule } from "../rule";
import { stackOf, type Update } from "../update";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-backup-fresh",
  level: "mandatory",
  why: "A release may migrate the database, and no way leads back from a migration, or from another server's image, but a backup.",
  remedy:
    "Make one that is proven, `./strongroom backup now`, and run this again. If the backups themselves do not work, mend them in an update of their own first.",
  source: "strongroom",
  check(update, report, { backup, now }) {
    if (!backup) return;
    each([stackOf(update)], report, (stack) => {
      const [reason] = reasonsForBackup(update);
      if (reason === undefined) return;
      if ("unseen" in backup)
        return report(stack, `${reason}; whether a backup is fresh could not be seen: ${backup.unseen}`, {
          // A preview needs no host. The update does, and asks again.
          level: backup.asksAgain ? "advisory" : "mandatory",
        });
      if ("missing" in backup) return report(stack, `${reason}, and ${backup.missing}`);
      const seconds = Math.floor((now.getTime() - backup.begun.getTime()) / 1_000);
      if (seconds > backup.limitSeconds)
        report(
          stack,
          `${reason}, and the last proven backup is ${hours(seconds)} old; ${hours(backup.limitSeconds)} are allowed`,
        );
    });
  },
};

/**
 * What of an update only a backup undoes, as beginnings of a sentence. A move to another database leaves the old one's
 * volume as it is.
 * @throws Unjudgeable when an image is secret or not known
 */
export function reasonsForBackup(update: Update): string[] {
  const { changes } = update;
  if (databaseMove(changes)) return [];
  // One that no server is on has no backups of its own any more: another's would not bring it back.
  const inUse = databaseServers(changes).flatMap(({ before }) => (before ? volumesOf(before) : []));
  const volumes = dataVolumes(changes)
    .filter(({ kind }) => kind === "delete" || kind === "replace")
    .filter(({ before }) => inUse.includes(text(before!.inputs, "name")))
    .map(({ name }) => `${name} would go`);
  const servers = databaseServers(changes)
    .filter(
      ({ before, after }) => before && after && text(before.inputs, "image") !== text(after.inputs, "image"),
    )
    .map(() => "the database would get another image");
  // A first release that never came up was not in service: its successor undoes nothing that anybody has seen.
  const routes = changes.find(({ urn, before }) => before && urn.endsWith("::routes-apply"));
  const releases = (routes ? serviceContainers(update) : [])
    .filter((service) => getsAnother(service, routes!.kind !== "same"))
    .map(({ service }) => `${service} would get another release`);
  return [...volumes, ...servers, ...releases];
}

/**
 * Whether a service gets an image that does not serve now. Beside the release in service one that failed may be there:
 * where the routes move and a release goes, they move from it, if it is not the one whose start failed.
 */
function getsAnother({ before, after }: ServiceContainers, routesMove: boolean): boolean {
  const finished = before.filter((change) => !change.before!.unfinished);
  // A service without any that started is made again as it is.
  const there = finished.length > 0 ? finished : before;
  const images = there.map((change) => text(change.before!.inputs, "image"));
  const next = after.map((change) => text(change.after!.inputs, "image"));
  if (next.some((image) => !images.includes(image))) return true;
  return routesMove && next.length > 0 && images.some((image) => !next.includes(image));
}

/** In hours, rounded down to tenths: 6 h, 47.5 h. */
function hours(seconds: number): string {
  return `${Math.floor(seconds / 360) / 10} h`;
}
