import { setTimeout as sleep } from "node:timers/promises";
import { docker, dockerTry } from "./docker";
import { OperationError } from "./errors";

const LOAD_DEADLINE_SECONDS = 15;
const POLL_MS = 100;

/**
 * Waits until `seen` gives what is wanted.
 * @throws OperationError after so many seconds, default 15, with what `failed` says of the last
 */
export async function waitFor(
  wanted: string,
  seen: () => Promise<string>,
  failed: (last: string, seconds: number) => string,
  limitSeconds = LOAD_DEADLINE_SECONDS,
): Promise<void> {
  const deadline = Date.now() + limitSeconds * 1000;
  let last: string;
  do {
    last = await seen();
    if (last === wanted) return;
    await sleep(POLL_MS);
  } while (Date.now() < deadline);
  throw new OperationError(failed(last, limitSeconds));
}

/** A running container of the edge's image: its files, and what it says on its internal entry point. */
export abstract class TraefikHost {
  protected constructor(
    readonly endpoint: string,
    /** Docker id. */
    readonly container: string,
  ) {}

  /** One GET from inside the container's network. `status` is 0 when nothing answered. */
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

  /** A header of the answer to a GET. */
  protected async header(url: string, name: string): Promise<string | undefined> {
    return headerOf((await this.get(url)).headers, name);
  }

  /** A file's content; "" when it is not there. */
  protected read(path: string): Promise<string> {
    return this.shell(`cat ${path} 2>/dev/null || true`);
  }

  /**
   * Puts a file in place by rename, so that whoever reads it has the old or the new one and never half.
   * @param draft where it lies until it is whole: the same volume, outside of a watched folder
   */
  protected async write(path: string, draft: string, content: string): Promise<void> {
    await this.shell(`umask 077 && cat > ${draft} && mv ${draft} ${path}`, content);
  }

  protected shell(script: string, input = ""): Promise<string> {
    return docker(this.endpoint, ["exec", "--interactive", this.container, "sh", "-c", script], { input });
  }
}

/** A header of an answer, as `TraefikHost.get` gives them. */
export function headerOf(headers: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}:\\s*(\\S+)`, "im").exec(headers)?.[1];
}

/** What a dynamic configuration of ours says of itself: a response header of one of its middlewares. */
export function headerIn(content: string, middleware: string, header: string): string | undefined {
  try {
    const { http } = JSON.parse(content) as {
      http: {
        middlewares: Record<string, { headers: { customResponseHeaders: Record<string, string> } }>;
      };
    };
    return http.middlewares[middleware]?.headers.customResponseHeaders[header];
  } catch {
    return undefined;
  }
}
