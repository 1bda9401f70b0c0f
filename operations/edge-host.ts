import { EDGE } from "../components/edge/layout";
import { NO_ROUTES, renderNoRoutes } from "../components/edge/routes";
import { containersWith, findContainers, inspectContainers } from "./docker";
import { EdgeFront } from "./edge-front";
import { OperationError } from "./errors";
import { headerIn, TraefikHost, waitFor } from "./traefik-host";

/** A route file as it is on the host. */
export interface RouteFile {
  generation: string;
  content: string;
}

/** What was proven: the routes, and the edge on which. */
export interface Confirmed extends RouteFile {
  /** Docker id; undefined before the first release, and where an older version wrote the file. */
  edge?: string;
}

/** One edge of a stack on its Docker host: its files, and what it says of itself on its internal entry point. */
export class EdgeHost extends TraefikHost {
  private constructor(
    endpoint: string,
    container: string,
    readonly name: string,
  ) {
    super(endpoint, container);
  }

  /**
   * The edge that gets the traffic: the front's target, else the one that was proven last.
   * @returns undefined when the stack has no running edge there
   */
  static async find(endpoint: string, stack: string): Promise<EdgeHost | undefined> {
    const edges = await EdgeHost.running(endpoint, stack);
    if (edges.length < 2) return edges[0];
    const target = await (await EdgeFront.find(endpoint, stack))?.target();
    const serving = edges.find(({ container }) => container === target);
    if (serving) return serving;
    const { edge } = await edges[0]!.confirmed();
    return edges.find(({ container }) => container === edge) ?? edges[0];
  }

  /** Every running edge of the stack: one, and while it is being replaced two. */
  static async running(endpoint: string, stack: string): Promise<EdgeHost[]> {
    return (
      (await findContainers(endpoint, { "strongroom.stack": stack, "strongroom.role": "edge" }))
        // Docker also calls one "running" that fails and is started again and again.
        .filter(({ State }) => State.Status === "running")
        .map(({ Id, Name }) => new EdgeHost(endpoint, Id, Name.slice(1)))
    );
  }

  /** A certain edge. @throws OperationError when it does not run */
  static async require(endpoint: string, stack: string, container: string): Promise<EdgeHost> {
    const edge = (await EdgeHost.running(endpoint, stack)).find((one) => one.container === container);
    if (!edge)
      throw new OperationError(`stack ${stack} has no running edge ${short(container)} on ${endpoint}`);
    return edge;
  }

  /** The file in force; an edge without one has no routes. */
  async inForce(): Promise<RouteFile> {
    const content = await this.readState(this.routesFile);
    return content ? { generation: generationOf(content), content } : renderNoRoutes();
  }

  /** What was proven last, by whichever edge. */
  async confirmed(): Promise<Confirmed> {
    const content = await this.readState(EDGE.confirmedFile);
    if (!content) return renderNoRoutes();
    const { edge, routes = content } = JSON.parse(content) as { edge?: string; routes?: string };
    return { generation: generationOf(routes), content: routes, ...(edge ? { edge } : {}) };
  }

  /** Puts a file in force by rename, so that the edge sees the old or the new one and never half. */
  async putInForce(content: string): Promise<void> {
    await this.writeState(this.routesFile, content);
  }

  /** Notes that these routes are proven on this edge. */
  async confirm(content: string): Promise<void> {
    await this.writeState(EDGE.confirmedFile, JSON.stringify({ edge: this.container, routes: content }));
  }

  /**
   * Removes the files of edges that are no more: their routes hold private keys.
   * @param retired an edge that is about to go
   */
  async tidy(stack: string, retired?: string): Promise<void> {
    const ids = await containersWith(this.endpoint, { "strongroom.stack": stack, "strongroom.role": "edge" });
    const kept = ids.filter((id) => id !== retired).map(hostName);
    await this.shell(
      `cd ${EDGE.state}/${EDGE.instances} && for folder in *; do ` +
        `case " ${kept.join(" ")} " in *" $folder "*) ;; *) rm -rf "$folder" ;; esac; done`,
    );
  }

  /** Time by the host's clock, to a second. */
  async now(): Promise<Date> {
    return new Date(Number(await this.shell("date +%s")) * 1000);
  }

  /**
   * Account and certificates that the edge has got by ACME, with their private keys; "" without any.
   * @param storage their file, by `acmeStorage`
   */
  async acme(storage: string): Promise<string> {
    return this.readState(storage);
  }

  /** What a change in progress left for whoever settles it; undefined when there is none. */
  async note(): Promise<string | undefined> {
    return (await this.readState(EDGE.cutoverFile)) || undefined;
  }

  /** @param note undefined removes it */
  async setNote(note: string | undefined): Promise<void> {
    if (note === undefined) await this.shell(`rm -f ${EDGE.state}/${EDGE.cutoverFile}`);
    else await this.writeState(EDGE.cutoverFile, note);
  }

  /** Adds a line to the edge's journal; the last 1,000 are kept. */
  async journal(entry: Record<string, string>): Promise<void> {
    const line = JSON.stringify({ time: new Date().toISOString(), ...entry });
    const file = `${EDGE.state}/${EDGE.journalFile}`;
    await this.shell(
      `{ tail -n 999 ${file} 2>/dev/null; cat; } > ${file}.new && mv ${file}.new ${file}`,
      `${line}\n`,
    );
  }

  /** Waits until the edge says that it has loaded a generation. @throws OperationError after 15 s */
  async waitLoaded(generation: string): Promise<void> {
    await waitFor(
      generation,
      () => this.loaded(),
      (last, seconds) =>
        `the edge did not load routes ${short(generation)} within ${seconds} s; it has ${short(last)}`,
    );
  }

  /** @throws OperationError when the edge has stopped or is not healthy */
  async assertRuns(): Promise<void> {
    const [now] = await inspectContainers(this.endpoint, [this.container]);
    const problem =
      now?.State.Status !== "running" ? "stopped" : now.State.Health?.Status === "unhealthy" && "unhealthy";
    if (problem) throw new OperationError(`edge ${this.name} is ${problem}`);
  }

  /** Generation that the edge has loaded; `none` without routes. */
  async loaded(): Promise<string> {
    const url = `http://127.0.0.1:${EDGE.internalPort}/generation`;
    return (await this.header(url, "x-strongroom-generation")) ?? NO_ROUTES;
  }

  private get routesFile(): string {
    return `${EDGE.instances}/${hostName(this.container)}/${EDGE.routesFile}`;
  }

  private readState(file: string): Promise<string> {
    return this.read(`${EDGE.state}/${file}`);
  }

  private writeState(file: string, content: string): Promise<void> {
    const draft = `${EDGE.state}/${file.replaceAll("/", "-")}.new`;
    return this.write(`${EDGE.state}/${file}`, draft, content);
  }
}

/** Host name that Docker gives a container: its id's first 12 digits. */
function hostName(container: string): string {
  return container.slice(0, 12);
}

/** Generation written in a route file. @throws OperationError when the file is not one of ours */
export function generationOf(content: string): string {
  const generation = headerIn(content, "internal-generation", "X-Strongroom-Generation");
  if (generation) return generation;
  throw new OperationError(
    "the edge's route file was changed by hand: it names no generation; restore it from the journal or run ./strongroom repair",
  );
}

/** Puts routes in force on an edge, and waits until it says that it has loaded them. @throws OperationError after 15 s */
export async function loadRoutes(
  edge: Pick<EdgeHost, "putInForce" | "waitLoaded">,
  { content, generation }: Pick<RouteFile, "content" | "generation">,
): Promise<void> {
  await edge.putInForce(content);
  await edge.waitLoaded(generation);
}

/** Container names that a route file sends traffic to, or could. */
export function routedContainers(content: string): Set<string> {
  const parsed = JSON.parse(content) as {
    http: { services?: Record<string, { loadBalancer?: { servers: { url: string }[] } }> };
  };
  // One that falls back refers to two others of them.
  const servers = Object.values(parsed.http.services ?? {}).flatMap(
    ({ loadBalancer }) => loadBalancer?.servers ?? [],
  );
  return new Set(servers.map(({ url }) => new URL(url).hostname));
}

/** First 12 digits of a generation, for people. */
export function short(generation: string): string {
  return generation.slice(0, 12);
}
