import { readFileSync } from "node:fs";
import https from "node:https";
import type { TestStack } from "./test-stack";

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One HTTPS request to a stack's edge on loopback, its certificate checked against the stack's own CA. */
export function request(
  stack: TestStack,
  path: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string>; address?: string } = {},
): Promise<Answer> {
  return new Promise((done, fail) => {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const req = https.request(
      {
        host: options.address ?? "127.0.0.1",
        port: stack.httpsPort,
        servername: "vault.localhost",
        path,
        method: options.method ?? "GET",
        ca: readFileSync(stack.caFile),
        agent: false,
        timeout: 15_000,
        headers: {
          host: `vault.localhost:${stack.httpsPort}`,
          ...(body
            ? { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }
            : {}),
          ...options.headers,
        },
      },
      (res) => {
        let text = "";
        res.setEncoding("utf8");
        res.on("data", (chunk: string) => (text += chunk));
        res.on("end", () => done({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
      },
    );
    req.on("error", fail);
    req.on("timeout", () => req.destroy(new Error("no answer in 15 s")));
    req.end(body);
  });
}

/** Writes an item and gives its id. */
export async function writeItem(stack: TestStack, text: string): Promise<string> {
  const answer = await request(stack, "/items", { method: "POST", body: { text } });
  if (answer.status >= 300) throw new Error(`POST /items: ${answer.status} ${answer.body}`);
  return String((JSON.parse(answer.body) as { id: unknown }).id);
}

export async function readItem(stack: TestStack, id: string): Promise<string> {
  const answer = await request(stack, `/items/${id}`);
  if (answer.status !== 200) throw new Error(`GET /items/${id}: ${answer.status} ${answer.body}`);
  return (JSON.parse(answer.body) as { text: string }).text;
}

/** Calls `probe` until it succeeds. @throws the last error after `seconds` */
export async function eventually<T>(probe: () => Promise<T>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}
