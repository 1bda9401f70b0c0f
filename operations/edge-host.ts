import { setTimeout as sleep } from "node:timers/promises";
import { EDGE } from "../components/edge/layout";
import { NO_ROUTES, renderNoRoutes } from "../components/edge/routes";
import { containersWith, docker, dockerTry, inspectContainers } from "./docker";
import { OperationError } from "./errors";

/** A route file as it is on the host. */
export interface RouteFile {
  generation: string;
  content: string;
}

const LOAD_DEADLINE_SECONDS = 15;
const POLL_MS = 100;

/** The edge of a stack on its Docker host: its files, and what it says of itself on its internal entry point. */
export class EdgeHost {
  private constructor(
    readonly endpoint: string,
    readonly container: string,
  ) {}

  /** @returns undefined when the stack has no running edge there */
  static async find(endpoint: string, stack: string): Promise<EdgeHost | undefined> {
    const ids = await containersWith(endpoint, { "strongroom.stack": stack, "strongroom.role": "edge" });
    const running = (await inspectContainers(endpoint, ids)).filter(({ State }) => State.Running);
    if (running.length > 1) {
      throw new OperationError(
        `stack ${stack} has ${running.length} running edges on ${endpoint}; ./strongroom repair removes those that state does not know`,
      );
    }
    return running[0] ? new EdgeHost(endpoint, running[0].Id) : undefined;
  }

  /** @throws OperationError when the stack has no running edge there */
  static async require(endpoint: string, stack: string): Promise<EdgeHost> {
    const edge = await EdgeHost.find(endpoint, stack);
    if (!edge) throw new OperationError(`stack ${stack} has no running edge on ${endpoint}`);
    return edge;
  }

  /** The file in force; an edge without one has no routes. */
  async inForce(): Promise<RouteFile> {
    return this.read(EDGE.routesFile);
  }

  /** The last file that was proven. */
  async confirmed(): Promise<RouteFile> {
    return this.read(EDGE.confirmedFile);
  }

  /** Puts a file in force by rename, so that the edge sees the old or the new one and never half. */
  async putInForce(content: string): Promise<void> {
    await this.write(EDGE.routesFile, content);
  }

  async confirm(content: string): Promise<void> {
    await this.write(EDGE.confirmedFile, content);
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
    const deadline = Date.now() + LOAD_DEADLINE_SECONDS * 1000;
    let seen: string | undefined;
    do {
      seen = await this.loaded();
      if (seen === generation) return;
      await sleep(POLL_MS);
    } while (Date.now() < deadline);
    throw new OperationError(
      `the edge did not load routes ${short(generation)} within ${LOAD_DEADLINE_SECONDS} s; it has ${short(seen ?? NO_ROUTES)}`,
    );
  }

  /** Generation that the edge has loaded; `none` without routes. */
  async loaded(): Promise<string> {
    const answer = await this.get(`http://127.0.0.1:${EDGE.internalPort}/generation`);
    return /^\s*x-strongroom-generation:\s*(\S+)/im.exec(answer.headers)?.[1] ?? NO_ROUTES;
  }

  /** One GET from inside the edge's network. `status` is 0 when nothing answered. */
  async get(url: string, host?: string): Promise<{ status: number; headers: string }> {
    const result = await dockerTry(this.endpoint, [
      "exec",
      this.container,
      // Not wget's own -T: Debian's busybox crashes on it.
      "timeout",
      "5",
      "wget",
      "-S",
      "-q",
      "-O",
      "/dev/null",
      ...(host ? ["--header", `Host: ${host}`] : []),
      url,
    ]);
    const statuses = [...result.stderr.matchAll(/HTTP\/[\d.]+ (\d{3})/g)];
    return { status: Number(statuses[0]?.[1] ?? 0), headers: result.stderr };
  }

  private async read(file: string): Promise<RouteFile> {
    const content = await this.shell(`cat ${EDGE.state}/${file} 2>/dev/null || true`);
    if (!content) return renderNoRoutes();
    return { generation: generationOf(content), content };
  }

  private async write(file: string, content: string): Promise<void> {
    const path = `${EDGE.state}/${file}`;
    // The new file lies outside the watched folder until it is whole.
    const draft = `${EDGE.state}/${file.replace("/", "-")}.new`;
    await this.shell(`umask 077 && cat > ${draft} && mv ${draft} ${path}`, content);
  }

  private async shell(script: string, input = ""): Promise<string> {
    return docker(this.endpoint, ["exec", "--interactive", this.container, "sh", "-c", script], { input });
  }
}

/** Generation written in a route file. @throws OperationError when the file is not one of ours */
export function generationOf(content: string): string {
  try {
    const parsed = JSON.parse(content) as {
      http: {
        middlewares: {
          "internal-generation": { headers: { customResponseHeaders: Record<string, string> } };
        };
      };
    };
    const generation =
      parsed.http.middlewares["internal-generation"].headers.customResponseHeaders["X-Strongroom-Generation"];
    if (generation) return generation;
  } catch {
    // Falls through: both cases are the same to the caller.
  }
  throw new OperationError(
    "the edge's route file was changed by hand: it names no generation; restore it from the journal or run ./strongroom repair",
  );
}

/** Container names that a route file sends traffic to. */
export function routedContainers(content: string): Set<string> {
  const parsed = JSON.parse(content) as {
    http: { services?: Record<string, { loadBalancer: { servers: { url: string }[] } }> };
  };
  const servers = Object.values(parsed.http.services ?? {}).flatMap(
    ({ loadBalancer }) => loadBalancer.servers,
  );
  return new Set(servers.map(({ url }) => new URL(url).hostname));
}

/** First 12 digits of a generation, for people. */
export function short(generation: string): string {
  return generation.slice(0, 12);
}
