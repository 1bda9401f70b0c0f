import { CHALLENGES_HEADER, type FrontTarget, NO_TARGET, renderTarget } from "../components/edge/front";
import { EDGE, FRONT } from "../components/edge/layout";
import { findContainers } from "./docker";
import { OperationError } from "./errors";
import { headerIn, headerOf, TraefikHost, waitFor } from "./traefik-host";

const TARGET_FILE = `${FRONT.state}/${FRONT.targetFile}`;

/** The front of a stack on its Docker host: which edge it sends new connections to. */
export class EdgeFront extends TraefikHost {
  /** @returns undefined when the stack has no running front there */
  static async find(endpoint: string, stack: string): Promise<EdgeFront | undefined> {
    const found = await findContainers(endpoint, {
      "strongroom.stack": stack,
      "strongroom.role": "edge-front",
    });
    const running = found.find(({ State }) => State.Running);
    return running && new EdgeFront(endpoint, running.Id);
  }

  /** Id of the edge that its file names. */
  async target(): Promise<string | undefined> {
    const content = await this.read(TARGET_FILE);
    return content ? targetOf(content) : undefined;
  }

  /** Whether it sends challenges of TLS-ALPN-01 to another edge. */
  async passesChallenges(): Promise<boolean> {
    return headerIn(await this.read(TARGET_FILE), "internal-target", CHALLENGES_HEADER) !== undefined;
  }

  /** Sends new connections to this edge, and waits until it does. @throws OperationError after 15 s */
  async pointTo(target: FrontTarget): Promise<void> {
    await this.write(TARGET_FILE, `${FRONT.state}/target.new`, renderTarget(target));
    const { id, challenges } = target;
    await waitFor(
      challenges ? `${id} ${challenges.edge}` : id,
      () => this.loaded(),
      (last, seconds) =>
        `the front did not turn to edge ${target.name} within ${seconds} s; it has ${last.slice(0, 12)}`,
    );
  }

  /** Asks through the published port's own way. @throws OperationError when no edge answers with the redirect */
  async proveTarget(): Promise<void> {
    const { status } = await this.get(`http://127.0.0.1:${EDGE.httpPort}/`);
    if (status !== 301) {
      throw new OperationError(
        `through the front the edge gave ${status === 0 ? "no answer" : `status ${status}`}, expected its redirect, 301`,
      );
    }
  }

  private async loaded(): Promise<string> {
    const url = `http://127.0.0.1:${EDGE.internalPort}/target`;
    const { headers } = await this.get(url);
    const challenges = headerOf(headers, CHALLENGES_HEADER);
    return [headerOf(headers, "x-strongroom-target") ?? NO_TARGET, ...(challenges ? [challenges] : [])].join(
      " ",
    );
  }
}

/** Edge that a target file names. @throws OperationError when the file is not one of ours */
function targetOf(content: string): string {
  const id = headerIn(content, "internal-target", "X-Strongroom-Target");
  if (id) return id;
  throw new OperationError("the front's file was changed by hand: it names no edge; run ./strongroom repair");
}
