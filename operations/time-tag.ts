/** A point in time for names of files and tags: to the second, UTC, e.g. `20261122T072019Z`; later ones sort later. */
export function timeTag(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}
