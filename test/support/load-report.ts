import { RequestError, type Answer, type LoadRequest } from "./load-request";

export interface Failure {
  /** ms since the epoch, when the request was sent. */
  at: number;
  method: string;
  url: string;
  /** Error code of the connection (ECONNRESET, TIMEOUT …) or "status 502". */
  kind: string;
  message: string;
  reusedConnection: boolean;
}

export interface Seen {
  count: number;
  /** ms since the epoch, of the first and last answer. */
  first: number;
  last: number;
}

export interface WrittenItem {
  key: string;
  text: string;
  /** Set once the product has acknowledged the item. */
  id?: number;
  /** The acknowledgement said that an earlier try had stored it. */
  replayed?: boolean;
}

export interface LoadReport {
  /** "stopped" by the test; any other value says that the load ended before the test did. */
  ended: "stopped" | "maxSeconds" | "maxRequests";
  seconds: number;
  total: number;
  failed: number;
  /** Number of failures by kind. */
  failures: Record<string, number>;
  /** The first five failures. */
  samples: Failure[];
  /** Answers that were the page that is expected for a while (`LoadOptions.isPage`); none of them failed. */
  page?: Seen;
  /** Number of answers by status. */
  statuses: Record<string, number>;
  /** Answers by X-Product-Version; "(none)" for those that did not come from the product. */
  versions: Record<string, Seen>;
  /** Answers by X-Product-Instance. */
  instances: Record<string, Seen>;
  /** Of all answers, ms from sending to the last byte. */
  latencyMs: { p50: number; p99: number; max: number };
  /** Every item that was sent, acknowledged or not. */
  items: WrittenItem[];
}

const keptSamples = 5;
const PAGE = "page";

/** Gathers what the clients of one load see. */
export class Report {
  total = 0;
  readonly #started = Date.now();
  readonly #failures: Record<string, number> = {};
  readonly #samples: Failure[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #versions: Record<string, Seen> = {};
  readonly #instances: Record<string, Seen> = {};
  readonly #latencies: number[] = [];
  readonly #items: WrittenItem[] = [];
  readonly #pages: Record<string, Seen> = {};

  /** @param isPage whether an answer is a page that is expected for a while */
  constructor(private readonly isPage: (answer: Answer) => boolean = () => false) {}

  /** A new item whose text holds its key, so that a doubled one is found even under another key. */
  newItem(key: string): WrittenItem {
    const item: WrittenItem = { key, text: `load ${key}` };
    this.#items.push(item);
    return item;
  }

  /** Sends a request and counts its end. Gives the answer, undefined if there was none. */
  async measure(
    request: LoadRequest,
    send: (request: LoadRequest) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const at = Date.now();
    const started = performance.now();
    try {
      const answer = await send(request);
      this.#latencies.push(performance.now() - started);
      this.#count(this.#statuses, String(answer.status));
      see(this.#versions, answer.headers["x-product-version"]);
      see(this.#instances, answer.headers["x-product-instance"]);
      if (this.isPage(answer)) see(this.#pages, PAGE);
      else if (answer.status < 200 || answer.status >= 400)
        this.#fail(request, at, `status ${answer.status}`, answer.body.slice(0, 200), false);
      return answer;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#fail(request, at, error.kind, error.message, error.reusedConnection);
      return undefined;
    } finally {
      this.total++;
    }
  }

  finish(ended: LoadReport["ended"]): LoadReport {
    const sorted = this.#latencies.sort((a, b) => a - b);
    return {
      ended,
      seconds: (Date.now() - this.#started) / 1_000,
      total: this.total,
      failed: Object.values(this.#failures).reduce((sum, count) => sum + count, 0),
      failures: this.#failures,
      samples: this.#samples,
      ...(this.#pages[PAGE] ? { page: this.#pages[PAGE] } : {}),
      statuses: this.#statuses,
      versions: this.#versions,
      instances: this.#instances,
      latencyMs: { p50: percentile(sorted, 50), p99: percentile(sorted, 99), max: percentile(sorted, 100) },
      items: this.#items,
    };
  }

  #fail(request: LoadRequest, at: number, kind: string, message: string, reusedConnection: boolean): void {
    this.#count(this.#failures, kind);
    const { method = "GET", url } = request;
    if (this.#samples.length < keptSamples)
      this.#samples.push({ at, method, url, kind, message, reusedConnection });
  }

  #count(counts: Record<string, number>, name: string): void {
    counts[name] = (counts[name] ?? 0) + 1;
  }
}

function see(table: Record<string, Seen>, header: string | string[] | undefined): void {
  const now = Date.now();
  const seen = (table[String(header ?? "(none)")] ??= { count: 0, first: now, last: now });
  seen.count++;
  seen.last = now;
}

/** Nearest rank; 0 if nothing was measured. */
export function percentile(sorted: number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}
