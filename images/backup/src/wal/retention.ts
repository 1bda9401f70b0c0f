import { rmSync } from "node:fs";
import type { Stretch } from "../../../../operations/backup/wal";
import { archivePath, basesOf, isPresent, segments, stretches } from "./archive";

/**
 * Removes what a base backup that has just been proven makes superfluous, of the same cluster: base backups beyond the
 * newest `keep` that are whole, and the log from before the oldest of those. One at least stays, whatever happens. A
 * receipt goes before its file: without one it counts as nothing.
 * @returns ids of the base backups that are gone
 */
export function pruneArchive(keep: number, current: Stretch): string[] {
  const ofCluster = stretches().filter(
    ({ systemIdentifier }) => systemIdentifier === current.systemIdentifier,
  );
  const bases = ofCluster
    .flatMap((stretch) => basesOf(stretch).map(({ receipt }) => ({ stretch, receipt })))
    .sort((a, b) => b.receipt.sequence - a.receipt.sequence);
  const kept = bases
    .filter(({ stretch, receipt }) => isPresent(stretch, receipt))
    .slice(0, Math.max(1, keep));
  if (kept.length < keep) return [];
  const oldest = kept.at(-1)!.receipt.sequence;
  const gone = bases.filter(({ receipt }) => receipt.sequence < oldest);
  for (const { stretch, receipt } of gone) remove(stretch, receipt.id, receipt.file);
  for (const stretch of ofCluster) {
    const first = kept.filter((each) => each.stretch.number === stretch.number).at(-1);
    if (first) {
      for (const name of segments(stretch))
        if (name < first.receipt.start) remove(stretch, name, `${name}.age`);
    } else if (stretch.number !== current.number) rmSync(archivePath(stretch, ""), { recursive: true });
  }
  return gone.map(({ receipt }) => receipt.id);
}

function remove(stretch: Stretch, id: string, file: string): void {
  rmSync(archivePath(stretch, `${id}.json`), { force: true });
  rmSync(archivePath(stretch, file), { force: true });
}
