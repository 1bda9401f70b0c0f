import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { volumeName } from "../../components/labels";
import { imageParts } from "../../config/images";
import { namespace, readValue } from "../../config/value";
import type { Image, Settings } from "../../config/settings";
import { replaceFile } from "../../operations/replace-file";
import type { Facts } from "../../policies/gate/rule";
import { readImageLock } from "../../toolchain/images";
import type { Context } from "../context";
import { type PastUpdate, pastUpdates } from "../history";
import { lazy } from "../lazy";
import type { ServiceFacts } from "../report/report";
import type { Configured } from "./judged-preview";

type Versions = Record<string, string>;

/**
 * What the configuration, earlier updates, and of the host what is known, say about an update.
 * @param now by which dates are judged
 */
export function factsOf(
  context: Pick<Context, "stack" | "stackDir" | "backendUrl">,
  {
    settings,
    memoryMiB,
    connections,
    daemons,
  }: Pick<Configured, "settings" | "memoryMiB" | "connections" | "daemons">,
  now: Date,
): Facts {
  const versions = { ...builtVersions(context), ...appliedVersions(context), ...versionsOf(settings) };
  return {
    strategy: settings.strategy,
    versionOf: (reference) => versions[reference] ?? tagOf(reference),
    requiredBy: (reference) =>
      Object.values(settings.services).find(({ image }) => image.reference === reference)?.image.requires,
    certificates: Object.fromEntries(
      Object.entries(settings.certificates.domains).map(([domain, { mode }]) => [domain, mode]),
    ),
    databaseRoles: settings.database.roleNames,
    daemons: daemons && daemonsOf(context, daemons),
    leave: settings.database.leave && volumeName(context.stack, settings.database.leave),
    origins: originsOf(context, settings),
    generations: generationsOf(context, settings),
    lastRun: lastRunOf(context),
    memoryMiB,
    connections,
    now,
  };
}

const FLAG = "pulumi.flag.";

function lastRunOf(context: Pick<Context, "stack" | "backendUrl">): Facts["lastRun"] {
  const last = newest(context, ({ kind }) => kind !== "refresh");
  if (!last) return undefined;
  const flags = Object.keys(last.environment ?? {}).filter((name) => name.startsWith(FLAG));
  return {
    kind: last.kind,
    succeeded: last.result === "succeeded",
    flags: flags.map((name) => name.slice(FLAG.length)),
  };
}

/** The last entry of the stack's history of some sort; undefined without one, and where it is not in files. */
function newest(
  context: Pick<Context, "stack" | "backendUrl">,
  isMeant: (update: PastUpdate) => boolean,
): PastUpdate | undefined {
  for (const update of pastUpdates(context) ?? []) if (isMeant(update)) return update;
  return undefined;
}

function firstOf<T>(values: Iterable<T> = []): T[] {
  for (const value of values) return [value];
  return [];
}

/** History is read only if something comes from an archive; of another backend the checks before an update ask it. */
function originsOf(context: Pick<Context, "stack" | "backendUrl">, settings: Settings): Facts["origins"] {
  const parts = imageParts(settings).filter(({ image }) => image.archived);
  if (parts.length === 0) return [];
  const [last] = firstOf(lazy.applied().appliedImagesHere(context));
  return parts.map(({ name, image }) => ({
    part: name,
    applied: last?.[name],
    next: {
      id: image.reference,
      ...(image.archived?.signer === undefined ? {} : { signer: image.archived.signer }),
    },
  }));
}

/** What a report says of services by their configuration; records are read only if something comes from an archive. */
export function serviceFactsOf(
  { stackDir }: Pick<Context, "stackDir">,
  { services }: Pick<Settings, "services">,
): Record<string, ServiceFacts> {
  const all = Object.values(services);
  const records = all.some(({ image }) => image.archived) ? lazy.archiveRecord().readRecords(stackDir) : [];
  return Object.fromEntries(
    all.map(({ name, host, drainSeconds, stopGraceSeconds, image }) => {
      const { archive: file, signer } = image.archived ?? {};
      const limits = { drainSeconds, stopGraceSeconds };
      if (file === undefined || signer === undefined) return [name, limits];
      const record = records.find(
        (each) => each.id === image.reference && each.host === host && each.signer === signer,
      );
      const verified = record && { format: record.format, at: record.verifiedAt };
      return [name, { ...limits, archive: { file, signer, ...(verified ? { verified } : {}) } }];
    }),
  );
}

/** What the stack was given last, of every secret that it derives for a service. */
function generationsOf(
  context: Pick<Context, "stack" | "backendUrl">,
  { services }: Pick<Settings, "services">,
): Facts["generations"] {
  const last = newest(context, ({ kind, result }) => kind === "update" && result === "succeeded");
  const applied = appliedServices.safeParse(readValue(last?.config?.[`${namespace}services`])).data;
  return Object.values(services).flatMap(({ name: service, secrets }) =>
    secrets.flatMap(({ name, generation }) => {
      if (generation === undefined) return [];
      const before = applied?.[service];
      // As in the configuration, one that is not named has generation 1.
      const own = before && (before.secrets?.[name] ?? { generation: 1 });
      return [{ secret: `${service}/${name}`, applied: own?.generation, next: generation }];
    }),
  );
}

/** `services` of a configuration that was applied, as far as it says something of generations. */
const appliedServices = z.record(
  z.string(),
  z.object({ secrets: z.record(z.string(), z.object({ generation: z.number().optional() })).optional() }),
);

/** Keeps which version each image is that was applied: an image's id alone says nothing to people. */
export function rememberVersions(context: Pick<Context, "stackDir">, settings: Settings): void {
  const known = appliedVersions(context);
  const all = { ...known, ...versionsOf(settings) };
  if (Object.keys(all).every((reference) => known[reference] === all[reference])) return;
  replaceFile(versionsFile(context), JSON.stringify(all), 0o600);
}

/** Keeps which Docker daemon each host had. */
export function rememberDaemons(context: Pick<Context, "stackDir">, daemons: Record<string, string>): void {
  const known = textsIn(daemonsFile(context));
  if (JSON.stringify(known) === JSON.stringify(daemons)) return;
  replaceFile(daemonsFile(context), JSON.stringify(daemons), 0o600);
}

function daemonsOf(
  context: Pick<Context, "stackDir">,
  daemons: Record<string, string>,
): NonNullable<Facts["daemons"]> {
  const known = textsIn(daemonsFile(context));
  return Object.entries(daemons).map(([host, now]) => ({ host, applied: known[host], now }));
}

function daemonsFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "daemons.json");
}

function versionsFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "versions.json");
}

function appliedVersions(context: Pick<Context, "stackDir">): Versions {
  return textsIn(versionsFile(context));
}

/** What this machine has noted; nothing where it has not, or cannot be read any more: then it is not known. */
function textsIn(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

/** Local builds: the lock names them `folder:tag`. */
function builtVersions({ stackDir }: Pick<Context, "stackDir">): Versions {
  const lock = readImageLock(join(stackDir, "images.json"));
  return Object.fromEntries(
    Object.entries(lock).map(([name, id]) => [id, name.slice(name.indexOf(":") + 1)]),
  );
}

function versionsOf({ services, edge, database }: Settings): Versions {
  const images: Image[] = [...Object.values(services), edge, database].map(({ image }) => image);
  return Object.fromEntries(
    images.flatMap(({ reference, version }) => (version === undefined ? [] : [[reference, version]])),
  );
}

/** The tag in `repository:tag@sha256:…`. */
function tagOf(reference: string): string | undefined {
  return /:([A-Za-z0-9_][\w.-]*)@sha256:/.exec(reference)?.[1];
}
