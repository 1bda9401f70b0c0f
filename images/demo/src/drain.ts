import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Long connections that end on their own terms: told once that the server goes, cut off at the limit. */
export interface Sessions {
  readonly size: number;
  goAway(): void;
  terminate(): void;
}

// For so long new requests are still taken, each answered with `Connection: close`: what is on its way when the
// signal arrives gets its answer, and clients that keep connections alive learn to open no more here.
const graceMs = 1_000;
const pollMs = 25;

/** Counts requests in flight and ends a server without failing any of them. */
export class Drain {
  #inFlight = 0;
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a request until its response is sent or its client gone. */
  track(response: ServerResponse): void {
    this.#inFlight++;
    response.once("close", () => this.#inFlight--);
  }

  /**
   * Takes no new connections after a short grace and returns when the last request and session has ended
   * ("drained"), or after `limitSeconds` with the number of those that were cut off.
   */
  async run(server: Server, sessions: Sessions, limitSeconds: number): Promise<{ cutOff: number }> {
    const deadline = Date.now() + limitSeconds * 1_000;
    this.#begun = true;
    sessions.goAway();
    await sleep(Math.min(graceMs, limitSeconds * 1_000));
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    while (this.#inFlight + sessions.size > 0 && Date.now() < deadline) await sleep(pollMs);
    const cutOff = this.#inFlight + sessions.size;
    // The last answers may still be on their way to the kernel; connections without a request do not count.
    if (cutOff === 0) await Promise.race([closed, sleep(10 * pollMs)]);
    server.closeAllConnections();
    sessions.terminate();
    return { cutOff };
  }
}
