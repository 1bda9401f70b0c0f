import { writeFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { knownHosts, type OffsiteListing, type OffsiteRequest } from "../../../../operations/backup/offsite";
import { fileOf } from "../../../../operations/backup/sidecar";
import { ARCHIVE_ID } from "../receipts";
import { isOwn, Repository } from "./restic";

/** In this container's memory, and gone with it. */
const FILES = { key: "/tmp/key", knownHosts: "/tmp/known_hosts" };

/** The repository that a command without a stack asks for. */
function repositoryOf({ target, key, hostKey }: OffsiteRequest): Repository {
  writeFileSync(FILES.key, `${key.trimEnd()}\n`, { mode: 0o600 });
  writeFileSync(FILES.knownHosts, knownHosts(hostKey), { mode: 0o600 });
  return new Repository(target, FILES);
}

/** What there is of a stack off the host, oldest first; what else somebody keeps there is left out. */
export async function offsiteListing(request: OffsiteRequest): Promise<OffsiteListing> {
  const snapshots = await repositoryOf(request).snapshots(request.stack);
  return snapshots.flatMap(({ id: version, tags, paths }) => {
    const id = tags?.find((tag) => ARCHIVE_ID.test(tag));
    if (id === undefined) return [];
    const kind = id.startsWith("settings-") ? "settings" : "scheduled";
    const named = (name: string) => paths.find((path) => path.endsWith(`/${name}`) && isOwn(version, path));
    const [object, receipt] = [named(fileOf({ id, kind })), named(`${id}.json`)];
    return object && receipt ? [{ id, version, object, receipt }] : [];
  });
}

/** A file of a snapshot, to stdout. @throws Error when it cannot be read to its end */
export async function printOffsite(request: OffsiteRequest): Promise<void> {
  const { version, path } = request;
  const { output, ended } = repositoryOf(request).stream(version!, path!);
  await Promise.all([pipeline(output, process.stdout, { end: false }), ended]);
}
