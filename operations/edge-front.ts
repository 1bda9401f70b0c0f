import { setTimeout as sleep } from "node:timers/promises";
import { type FrontTarget, NO_TARGET, renderTarget } from "../components/edge/front";
import { EDGE, FRONT } from "../components/edge/layout";
import { containersWith, docker, inspectContainers } from "./docker";
import { OperationError } from "./errors";
import { getFrom } from "./get-from";

const LOAD_DEADLINE_SECONDS = 15;
const POLL_MS = 100;

/** The front of a stack on its Docker host: which edge it sends new connections to. */
export class EdgeFront {
  private constructor(
    readonly endpoint: string,
    readonly container: string,
  ) {}

  /** @returns undefined when the stack has no running front there */
  static async find(endpoint: string, stack: string): Promise<EdgeFront | undefined> {
    const labels = { "strongroom.stack": stack, "strongroom.role": "edge-front" };
    const found = await inspectContainers(endpoint, await containersWith(endpoint, labels));
    const running = found.find(({ State }) => State.Running);
    return running && new EdgeFront(endpoint, running.Id);
  }

  /** Id of the edge that its file names. */
  async target(): Promise<string | undefined> {
    const content = await this.shell(`cat ${FRONT.state}/${FRONT.targetFile} 2>/dev/null || true`);
    return content ? targetOf(content) : undefined;
  }

  /** Sends new connections to this edge, and waits until it does. @throws OperationError after 15 s */
  async pointTo(target: FrontTarget): Promise<void> {
    const draft = `${FRONT.state}/target.new`;
    await this.shell(
      `umask 077 && cat > ${draft} && mv ${draft} ${FRONT.state}/${FRONT.targetFile}`,
      renderTarget(target),
    );
    const deadline = Date.now() + LOAD_DEADLINE_SECONDS * 1000;
    let seen: string | undefined;
    do {
      seen = await this.loaded();
      if (seen === target.id) return;
      await sleep(POLL_MS);
    } while (Date.now() < deadline);
    throw new OperationError(
      `the front did not turn to edge ${target.name} within ${LOAD_DEADLINE_SECONDS} s; it has ${seen.slice(0, 12)}`,
    );
  }

  /** Asks through the published port's own way. @throws OperationError when no edge answers with the redirect */
  async proveTarget(): Promise<void> {
    const { status } = await getFrom(this.endpoint, this.container, `http://127.0.0.1:${EDGE.httpPort}/`);
    if (status !== 301) {
      throw new OperationError(
        `through the front the edge gave ${status === 0 ? "no answer" : `status ${status}`}, expected its redirect, 301`,
      );
    }
  }

  private async loaded(): Promise<string> {
    const url = `http://127.0.0.1:${EDGE.internalPort}/target`;
    const { headers } = await getFrom(this.endpoint, this.container, url);
    return /^\s*x-strongroom-target:\s*(\S+)/im.exec(headers)?.[1] ?? NO_TARGET;
  }

  private async shell(script: string, input = ""): Promise<string> {
    return docker(this.endpoint, ["exec", "--interactive", this.container, "sh", "-c", script], { input });
  }
}

/** Edge that a target file names. @throws OperationError when the file is not one of ours */
function targetOf(content: string): string {
  try {
    const parsed = JSON.parse(content) as {
      http: {
        middlewares: { "internal-target": { headers: { customResponseHeaders: Record<string, string> } } };
      };
    };
    const id =
      parsed.http.middlewares["internal-target"].headers.customResponseHeaders["X-Strongroom-Target"];
    if (id) return id;
  } catch {
    // Falls through: both cases are the same to the caller.
  }
  throw new OperationError("the front's file was changed by hand: it names no edge; run ./strongroom repair");
}
