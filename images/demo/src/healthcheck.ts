import { connect } from "node:net";

// Long enough for a busy machine; a shorter limit is Docker's to set.
const timeoutMs = 5_000;

/**
 * Exits 0 if a service on one of these loopback ports is ready, else 1 with the reason. Over bare sockets, as
 * Docker runs this every few seconds in every container: it loads neither the HTTP client nor the product.
 */
export async function healthcheck(ports: number[]): Promise<void> {
  const reasons = await Promise.all(ports.map(unready));
  const isReady = reasons.includes(undefined);
  if (!isReady) process.stdout.write(`not ready: ${reasons.join("; ")}\n`);
  process.exit(isReady ? 0 : 1);
}

/** Why the service on this port is not ready; undefined if it is. */
function unready(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: timeoutMs });
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write("GET /ready HTTP/1.0\r\nHost: localhost\r\n\r\n"));
    socket.on("data", (text) => (answer += text));
    socket.on("timeout", () => resolve(`no answer within ${timeoutMs / 1_000} s`));
    socket.on("error", (error) => resolve(error.message));
    socket.on("end", () => {
      if (/^HTTP\/1\.[01] 200 /.test(answer)) resolve(undefined);
      else resolve(answer.split("\r\n\r\n")[1]?.trim() || "no answer");
    });
  });
}
