import type { Duplex } from "node:stream";
import { askBackend, type Transport } from "./certificates/backend";
import { withHandshake } from "./certificates/served";
import {
  type ContainerState,
  containersWith,
  findContainers,
  inspectContainers,
  removeContainers,
} from "./docker";
import type { EdgeHost } from "./edge-host";
import { OperationError } from "./errors";
import type { HostLock } from "./lock";

/** A release as `apply-routes` is given it. */
export interface ReleaseInput {
  service: string;
  release: string;
  domain: string;
  instances: { container: string; id: string; port: number }[];
  smoke: { path: string; status: number };
  proveSeconds: number;
}

/**
 * Every instance is there under its id and its name, runs, is healthy and carries its release's label.
 * @throws OperationError naming release and instance
 */
export async function assertInstancesServe(endpoint: string, releases: ReleaseInput[]): Promise<void> {
  const found = new Map(
    (
      await inspectContainers(
        endpoint,
        releases.flatMap(({ instances }) => instances.map(({ id }) => id)),
      )
    ).map((container) => [container.Id, container]),
  );
  for (const { service, release, instances } of releases) {
    if (instances.length === 0) throw new OperationError(`release ${release} of ${service} has no instance`);
    for (const { container, id } of instances) {
      const state = found.get(id);
      const fail = (reason: string) =>
        new OperationError(`release ${release} of ${service}: instance ${container} ${reason}`);
      if (!state) throw fail("is missing");
      if (state.Name !== `/${container}`) throw fail(`has another name, ${state.Name.slice(1)}`);
      if (state.Config.Labels["strongroom.release"] !== release) throw fail("belongs to another release");
      const reason = whyNotServing(state);
      if (reason !== undefined) throw fail(reason);
    }
  }
}

/** Why a container gets no traffic, in words that follow its name; undefined for one that serves. */
function whyNotServing({ State }: ContainerState): string | undefined {
  if (State.OOMKilled) return "ran out of memory";
  if (!State.Running) return `is ${State.Status}, exit code ${State.ExitCode}`;
  return State.Health && State.Health.Status !== "healthy" ? `is ${State.Health.Status}` : undefined;
}

/** Names of the stack's replicas that serve, of whichever release. */
export async function healthyReplicas(endpoint: string, stack: string): Promise<Set<string>> {
  const labels = { "strongroom.stack": stack, "strongroom.role": "service" };
  const replicas = await findContainers(endpoint, labels);
  return new Set(
    replicas.filter((each) => whyNotServing(each) === undefined).map(({ Name }) => Name.slice(1)),
  );
}

/**
 * Removes replicas of these releases that the stack's state does not know: what an interrupted run left must
 * never be mistaken for an instance.
 */
export async function removeUnknownReplicas(
  endpoint: string,
  stack: string,
  releases: ReleaseInput[],
  lock: HostLock,
): Promise<void> {
  for (const { service, release, instances } of releases) {
    const known = new Set(instances.map(({ id }) => id));
    const ids = await containersWith(endpoint, {
      "strongroom.stack": stack,
      "strongroom.role": "service",
      "strongroom.service": service,
      "strongroom.release": release,
    });
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length === 0) continue;
    await lock.check();
    await removeContainers(endpoint, unknown);
  }
}

/** @throws OperationError when the answer's status is not the one that the release's smoke request expects */
export async function smokeRequest(
  edge: EdgeHost,
  release: ReleaseInput,
  url: string,
  what: string,
): Promise<void> {
  judgeSmoke(release, what, (await edge.get(url, release.domain)).status);
}

/**
 * The smoke request to an instance that speaks TLS itself, as the edge will make it.
 * @throws OperationError as `smokeRequest`, and when edge and instance do not trust each other
 */
export async function smokeByTls(
  edge: EdgeHost,
  release: ReleaseInput,
  { container, port }: ReleaseInput["instances"][0],
  transport: Transport,
): Promise<void> {
  const what = `instance ${container}`;
  let status: number;
  try {
    const ask = (socket: Duplex) => askBackend(socket, transport, release.smoke.path, release.domain);
    status = await withHandshake(edge, ask, { host: container, port });
  } catch (error) {
    throw new OperationError(
      `release ${release.release} of ${release.service}: by TLS for ${transport.serverName} ${what} gave no answer: ` +
        (error as Error).message,
    );
  }
  judgeSmoke(release, what, status);
}

function judgeSmoke({ release, service, smoke }: ReleaseInput, what: string, status: number): void {
  if (status === smoke.status) return;
  throw new OperationError(
    `release ${release} of ${service}: smoke request ${smoke.path} to ${what} gave ` +
      `${status === 0 ? "no answer" : `status ${status}`}, expected ${smoke.status}`,
  );
}
