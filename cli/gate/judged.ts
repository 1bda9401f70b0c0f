import { isAnswered } from "../../config/resolve/names";
import { Secret } from "../../config/secret";
import type { Settings } from "../../config/settings";
import { docker, dockerOnPresent } from "../../operations/docker";
import { OperationError } from "../../operations/errors";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { takeInventory } from "../settle/inventory";
import { loadState } from "../settle/state-edit";
import type { StackConfig } from "../stack-config";
import type { StackState } from "../state";
import { digest, digestSources, digestWritten, type Sources } from "./digest";

/**
 * What a judgement is about, as digests by what people call it. `host` is missing where the Docker hosts were not seen.
 */
export type Judged = Sources & Record<"configuration" | "state", string> & { host?: string };

/** What people call each. */
export const PARTS: Record<keyof Judged, string> = {
  configuration: "the configuration",
  program: "the program",
  operations: "the operations",
  policies: "the policies",
  state: "the state",
  host: "what the Docker hosts have",
};

/**
 * Digests of all that an update follows from: the stack's configuration as it is written, with what it was resolved to,
 * the state, program, operations and policies, and what the Docker hosts have. Taken before a preview and again before
 * the update, equal ones mean that the engine is given the same.
 * @param hosts whether a host that does not answer is an error: a preview needs none
 * @throws OperationError when a host that is needed does not answer
 */
export async function digestJudged(
  context: Context,
  toolchain: Toolchain,
  config: Pick<StackConfig, "settings" | "endpoints">,
  hosts: "needed" | "if they answer",
): Promise<Judged> {
  const [state, host] = await Promise.all([
    loadState(context, toolchain),
    digestHosts(context, config).catch((error: unknown) => {
      if (hosts === "needed" || !(error instanceof OperationError)) throw error;
      return undefined;
    }),
  ]);
  return {
    configuration: digestConfiguration(context, config.settings),
    ...digestSources(context),
    state: digest(canonicalState(state)),
    ...(host === undefined ? {} : { host }),
  };
}

/** Of the configuration alone, with what it resolves to: certificate files, images, secrets by their fingerprint. */
export function digestConfiguration(context: Context, settings: Settings): string {
  return digest(digestWritten(context), resolvedText(settings, new Date()));
}

/**
 * Of the Docker daemons themselves, and of the containers, networks and volumes that carry the stack's label: what was
 * made, removed, replaced, stopped, or changed in its place differs. What a volume holds is not looked at.
 */
async function digestHosts(
  { stack }: Context,
  { endpoints }: Pick<StackConfig, "endpoints">,
): Promise<string> {
  const things = await Promise.all(
    endpoints.map(async (endpoint) => {
      const [{ containers, networks, volumes }, daemon] = await Promise.all([
        takeInventory(endpoint, stack),
        docker(endpoint, ["info", "--format", "{{.ID}}"]),
      ]);
      const listed = [containers, networks, volumes].map((found) =>
        found.map(({ id, role }) => [id, role]).sort(byId),
      );
      return [
        endpoint,
        daemon,
        ...listed,
        await detailsOf(
          endpoint,
          containers.map(({ id }) => id),
        ),
      ];
    }),
  );
  return digest(JSON.stringify(things));
}

/**
 * What `docker update`, `network connect`, `stop` and `pause` change of a container where it is. One that crashes again
 * and again runs, for Docker, also while it waits for its next start (moby, daemon/container/state.go, SetRestarting):
 * its status would be another one at every look, and the release that mends it refused.
 */
const DETAILS =
  "{{.Id}} {{.State.Running}} {{.State.Paused}} {{json .HostConfig}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";

async function detailsOf(endpoint: string, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  // One that has gone meanwhile is missing here, and so it differs.
  const text = await dockerOnPresent(endpoint, "container", ["inspect", "--format", DETAILS, ...ids]);
  return text.split("\n").filter(Boolean).sort();
}

function byId([a = ""]: string[], [b = ""]: string[]): number {
  return a < b ? -1 : 1;
}

/**
 * What a configuration resolves to, with every secret by its keyed fingerprint.
 * @param now by which the names that services had before are answered or not
 */
export function resolvedText(settings: Settings, now: Date): string {
  const answered = Object.values(settings.services).flatMap(({ previous }) =>
    previous.filter((each) => isAnswered(each, now)).map(({ name }) => name),
  );
  return JSON.stringify(
    { settings, answered },
    function (this: Record<string, unknown>, key, value: unknown) {
      const original = this[key];
      return original instanceof Secret ? original.fingerprint : value;
    },
  );
}

/** Fields of a resource in state that every update may write anew. */
const TIMES = ["created", "modified"];

/**
 * State without its times, in an order of its own: the engine's follows the course of an update. Secrets stay encrypted
 * in it.
 */
export function canonicalState({ resources, pendingOperations, salt }: StackState): string {
  const texts = resources.map((resource) => JSON.stringify(withoutTimes(resource)));
  return JSON.stringify({ resources: texts.sort(), pendingOperations, salt });
}

function withoutTimes(resource: object): object {
  return Object.fromEntries(
    Object.entries(resource)
      .filter(([name]) => !TIMES.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What differs between two judgements' subjects, as far as both have it; empty when nothing does. */
export function movedBetween(before: Partial<Judged>, after: Partial<Judged>): (keyof Judged)[] {
  return (Object.keys(PARTS) as (keyof Judged)[]).filter(
    (name) => before[name] !== undefined && after[name] !== undefined && before[name] !== after[name],
  );
}
