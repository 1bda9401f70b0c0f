import { rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { CONTROL_SOCKET } from "./settings";

/** Answers each request on the socket with what `work` gives, as JSON, or with its error's message. */
export function serveControl(work: () => Promise<unknown>): void {
  rmSync(CONTROL_SOCKET, { force: true });
  const server = createServer((_, response) => {
    work().then(
      (result) => response.end(JSON.stringify(result)),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  // A backup takes as long as it takes.
  server.requestTimeout = 0;
  server.listen(CONTROL_SOCKET);
}

/** Asks the sidecar's own process for a backup. @returns its answer @throws Error with its message */
export function askControl(): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: CONTROL_SOCKET, method: "POST", path: "/now" }, (response) => {
      text(response).then(
        (body) => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))),
        reject,
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}
