import { randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { Report, type Failure, type LoadReport, type WrittenItem } from "./load-report";
import {
  checkTarget,
  send,
  sendFollowing,
  type Answer,
  type Connection,
  type LoadRequest,
} from "./load-request";

export type { Answer, LoadReport, WrittenItem, Failure, Connection, LoadRequest };
export { verifyItems, type Verification } from "./load-verify";

export interface LoadOptions extends Connection {
  /** Asked in turn by GET, or made by a function of n = 0, 1, 2 …: method, address and body. */
  requests: string[] | ((n: number) => LoadRequest);
  /**
   * Address of the product's API (`https://vault.test`): every second request then writes an item of its own to
   * `<writes>/items`, with an idempotency key under which it is sent again until it is acknowledged.
   */
  writes?: string;
  /** Clients that each wait for an answer before they ask again. Default 16. */
  connections?: number;
  /** Whether a client keeps its connection. Default true; false opens one for every request. */
  keepAlive?: boolean;
  /** Pause of each client between an answer and its next request, ms. Default 20: spares a machine of two cores. */
  thinkMs?: number;
  /** Whether a client follows redirects; a request and those it leads to count as one. Default false. */
  followRedirects?: boolean;
  /** Whether an answer is a page that is expected for a while: it counts as none that failed. Default: none is. */
  isPage?: (answer: Answer) => boolean;
  /** The load ends by itself after so many seconds. Default 120. */
  maxSeconds?: number;
  /** The load ends by itself after so many requests. Default 100 000. */
  maxRequests?: number;
  /** Ends the load as `stop` does. */
  signal?: AbortSignal;
}

export interface Load {
  /** Requests answered or failed so far. */
  readonly total: number;
  /** Lets requests in flight finish, then reports. Called again it gives the same report. */
  stop(): Promise<LoadReport>;
}

/**
 * Starts a closed loop of requests, for proofs that a change fails none of them. Connects to loopback only.
 * Throws if a target is not 127.0.0.0/8 or ::1. An answer counts as failed unless its status is 2xx or 3xx, or it
 * is a page that is expected. A proof must also look at `report.ended`: only "stopped" says that the load
 * lasted as long as the test.
 */
export function startLoad(options: LoadOptions): Load {
  const {
    requests,
    connections = 16,
    keepAlive = true,
    thinkMs = 20,
    maxSeconds = 120,
    maxRequests = 100_000,
    followRedirects = false,
  } = options;
  const ask = followRedirects ? sendFollowing : send;
  const next =
    typeof requests === "function" ? requests : (n: number) => ({ url: requests[n % requests.length]! });
  // A wrong target is told at once, not by the first client.
  if (typeof requests !== "function") requests.forEach((url) => checkTarget(url, options));
  if (options.writes) checkTarget(options.writes, options);

  const report = new Report(options.isPage);
  let count = 0;
  let reads = 0;
  let ended: LoadReport["ended"] | undefined;
  const end = (reason: LoadReport["ended"]): void => void (ended ??= reason);
  const timer = setTimeout(() => end("maxSeconds"), maxSeconds * 1_000);
  const aborted = (): void => end("stopped");
  options.signal?.addEventListener("abort", aborted);
  if (options.signal?.aborted) aborted();

  const client = async (index: number): Promise<void> => {
    const agentOptions = { keepAlive, maxSockets: 1 };
    const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) };
    let unacknowledged: WrittenItem | undefined;
    // Spread over one pause, so that clients do not ask in step.
    await sleep((thinkMs * index) / connections);
    while (!ended) {
      const n = count++;
      if (n >= maxRequests) {
        end("maxRequests");
        break;
      }
      if (options.writes && n % 2 === 1) {
        unacknowledged ??= report.newItem(randomUUID());
        const answer = await report.measure(writeRequest(options.writes, unacknowledged), (request) =>
          ask(request, options, agents),
        );
        if (acknowledge(unacknowledged, answer)) unacknowledged = undefined;
      } else {
        await report.measure(next(reads++), (request) => ask(request, options, agents));
      }
      if (thinkMs > 0) await sleep(thinkMs);
    }
    agents.http.destroy();
    agents.https.destroy();
  };

  const finished = Promise.all(Array.from({ length: connections }, (_, index) => client(index))).then(() => {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", aborted);
    return report.finish(ended!);
  });
  // A request factory may give a target that is refused: told by `stop`, not as an unhandled rejection.
  finished.catch(() => end("stopped"));
  return {
    get total() {
      return report.total;
    },
    stop: () => {
      end("stopped");
      return finished;
    },
  };
}

function writeRequest(api: string, { key, text }: WrittenItem): LoadRequest {
  return {
    method: "POST",
    url: `${api.replace(/\/$/, "")}/items`,
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify({ text }),
  };
}

function acknowledge(item: WrittenItem, answer: Answer | undefined): boolean {
  if (!answer || (answer.status !== 200 && answer.status !== 201)) return false;
  item.id = (JSON.parse(answer.body) as { id: number }).id;
  item.replayed = answer.headers["idempotency-replayed"] === "true";
  return true;
}
