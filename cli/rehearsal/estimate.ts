import type { Facts } from "../../policies/gate/rule";
import { serviceContainers } from "../../policies/gate/containers";
import type { Change, Update } from "../../policies/gate/update";
import { text, Unjudgeable } from "../../policies/gate/values";
import { compareVersions } from "../../policies/gate/versions";
import { ageText, sizeText } from "../measures";
import { formatDuration } from "../progress";
import type { RehearsalRecord } from "./record";

/** What an estimate goes by. */
export interface EstimateArgs {
  update: Update;
  /** The service whose image migrates the database. */
  service: string;
  facts: Pick<Facts, "strategy" | "versionOf">;
  rehearsals: RehearsalRecord[];
  now: Date;
  /** ` --stack NAME` for a command that is to be copied. */
  stackOption: string;
}

/**
 * How long an update's migration takes, and with it the interruption where there is one, by the last rehearsal of the
 * image that comes: for people.
 * @returns undefined when no other image comes, or an older one that nobody has rehearsed
 */
export function migrationEstimate(args: EstimateArgs): string | undefined {
  const { update, service, facts, rehearsals, now, stackOption } = args;
  const own = serviceContainers(update).find((each) => each.service === service);
  if (!own) return undefined;
  const before = imagesOf(own.before, "before");
  const coming = imagesOf(own.after, "after").find((image) => !before.includes(image));
  if (coming === undefined) return undefined;
  const rehearsal = rehearsals.find(({ image }) => image === coming);
  if (rehearsal) return rehearsedText(rehearsal, facts.strategy, now);
  const orders = before.map((image) => compareVersions(facts.versionOf(coming), facts.versionOf(image)));
  if (orders.some((order) => order !== undefined && order < 0)) return undefined;
  return `not rehearsed; ./strongroom rehearse${stackOption} tells how long it takes`;
}

/** Images whose reference is known. */
function imagesOf(containers: Change[], side: "before" | "after"): string[] {
  return containers.flatMap((change) => {
    try {
      return [text(change[side]!.inputs, "image")];
    } catch (error) {
      if (error instanceof Unjudgeable) return [];
      throw error;
    }
  });
}

function rehearsedText(record: RehearsalRecord, strategy: Facts["strategy"], now: Date): string {
  const { version, endedAt, failure, databaseBytes = 0, migration, migrationSeconds = 0 } = record;
  const age = `${ageText(Math.max(0, (now.getTime() - Date.parse(endedAt)) / 1000))} ago`;
  if (failure !== undefined) return `FAILED in the rehearsal of ${version} ${age}: ${failure}`;
  const source = `as rehearsed with ${version} ${age} on a copy of ${sizeText(databaseBytes)}`;
  const length = secondsText(migrationSeconds);
  if (strategy === "recreate")
    return `interruption of about ${secondsText(interruptionSeconds(record))}${migration === "job" ? `, ${length} of it the migration` : ""}, ${source}`;
  return migration === "done"
    ? `none, ${source}: the database is at this release`
    : `about ${length}, while the old release serves, ${source}`;
}

/** Dump, migration and start behind the maintenance page; the stop of the old release comes on top. */
function interruptionSeconds({
  copySeconds = 0,
  migration,
  migrationSeconds = 0,
  readySeconds = {},
}: RehearsalRecord): number {
  const start = Math.max(0, ...Object.values(readySeconds));
  const migrating = migration === "job" ? migrationSeconds : 0;
  return (migration === "done" ? 0 : copySeconds) + migrating + start;
}

/** Rounded up: an estimate of nothing would be none. */
function secondsText(seconds: number): string {
  return formatDuration(Math.max(1, Math.ceil(seconds)) * 1000);
}
