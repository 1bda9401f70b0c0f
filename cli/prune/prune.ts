import { readdirSync } from "node:fs";
import { join } from "node:path";
import { imageParts } from "../../config/images";
import type { Settings } from "../../config/settings";
import { readRecords } from "../../operations/archive/record";
import { dockerOnPresent, inspectPresent } from "../../operations/docker";
import { readImageLock } from "../../toolchain/images";
import type { Context } from "../context";
import type { Session } from "../session";
import { type HostImage, newRuns, outdatedImages, type PruneFacts, removable, repeatedRuns } from "./decide";
import { readHostImages, recordRuns, removeNames } from "./host";

/**
 * After an update that succeeded: notes on each host which images are now in service, and removes those that were and
 * that nothing needs any more. Whatever goes wrong is said and fails nothing; the next time goes on from there.
 */
export async function pruneImages({ context, config, say }: Session): Promise<void> {
  for (const endpoint of config.endpoints) {
    try {
      const line = await pruneHost(context, config.settings, endpoint);
      if (line !== undefined) say(`\n${line}`);
    } catch (error) {
      say(`\nwarning: old images stay on ${endpoint}: ${(error as Error).message}`);
    }
  }
}

/** @returns what was removed and what stays, for people; undefined if nothing was to be removed */
async function pruneHost(
  context: Context,
  settings: Settings,
  endpoint: string,
): Promise<string | undefined> {
  const { stack } = context;
  const host = await readHostImages(endpoint, stack);
  const added = newRuns(stack, host.running, host.runs, new Date());
  await recordRuns(endpoint, added);
  const all = [...host.runs, ...added];
  const repeated = repeatedRuns([...all, ...host.added]);
  if (repeated.length > 0) {
    // Each has a newer one of the same image, so no image goes with it.
    const tags = repeated.map(({ reference }) => reference);
    await dockerOnPresent(endpoint, "image", ["image", "rm", ...tags]);
  }
  const facts: PruneFacts = {
    stack,
    runs: all.filter((run) => !repeated.includes(run)),
    keep: settings.images.keep,
    inUse: host.inUse,
    named: namedImages(context, settings),
    verified: verifiedImages(context),
    added: host.added,
  };
  return removeOutdated(endpoint, facts);
}

async function removeOutdated(endpoint: string, facts: PruneFacts): Promise<string | undefined> {
  const removed: HostImage[] = [];
  const problems: string[] = [];
  for (const image of await inspectPresent<HostImage>(endpoint, "image", outdatedImages(facts))) {
    const names = removable(image, facts);
    if (!names) continue;
    try {
      if (await removeNames(endpoint, image, names)) removed.push(image);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const warning = problems.map((problem) => `warning: an old image stays: ${problem}`);
  if (removed.length === 0) return warning.length > 0 ? warning.join("\n") : undefined;
  return [summary(facts, removed), ...warning].join("\n");
}

/** One line: what went, how much it took, and what is kept. */
function summary({ stack, runs, keep }: PruneFacts, removed: HostImage[]): string {
  const gone = new Set(removed.map(({ Id }) => Id));
  const names = runs
    .filter(({ image }) => gone.has(image))
    .map(({ part, time, image }) => `${part} of ${time} (${image.slice(7, 19)})`);
  // Layers that another image has stay: it cannot be told how much of it was freed.
  const megabytes = Math.round(removed.reduce((sum, { Size }) => sum + Size, 0) / 1e6);
  const kept = new Set(runs.map(({ image }) => image).filter((image) => !gone.has(image))).size;
  return (
    `removed ${removed.length} old ${removed.length === 1 ? "image" : "images"} of stack ${stack}, up to ${megabytes} MB: ` +
    `${names.sort().join(", ")}; kept ${kept}, the last ${keep} of each service among them`
  );
}

/** What the configuration, the images that were built here, and what other stacks of this machine have, name. */
function namedImages({ home, stack }: Context, settings: Settings): Set<string> {
  const configured = [...imageParts(settings).map(({ image }) => image), settings.edge.front.image];
  const folder = join(home, "stacks");
  const stacks = readdirSync(folder).map((name) => ({ name, path: join(folder, name) }));
  return new Set([
    ...configured.map(({ reference }) => reference.slice(reference.indexOf("@") + 1)),
    ...stacks.flatMap(({ path }) => Object.values(readImageLock(join(path, "images.json")))),
    ...stacks
      .filter(({ name }) => name !== stack)
      .flatMap(({ path }) => readRecords(path).map(({ id }) => id)),
  ]);
}

/** By image id: when it was last verified here. */
function verifiedImages({ stackDir }: Context): Record<string, string> {
  // The oldest first, so that the newest of an image stands.
  return Object.fromEntries(readRecords(stackDir).map(({ id, verifiedAt }) => [id, verifiedAt]));
}
