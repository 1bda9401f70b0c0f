import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { mustRun } from "../../e2e/support/command";
import { freePorts, type TestStack } from "../../e2e/support/test-stack";
import { startLoad } from "../../support/load";

export interface Measured {
  /** Requests without the answer of a release. */
  failed: number;
  total: number;
  /** From the command's start to its end. */
  seconds: number;
}

/** The same images, health checks and stop times, as the vendors' manuals run them: one project, `up` for a change. */
export async function composeUpgrade(stack: TestStack, compose: string[]): Promise<Measured> {
  const [port] = await freePorts();
  const project = `${stack.name}-compose`;
  const file = join(stack.folder, "docker-compose.yml");
  const secret = join(stack.folder, "secret");
  writeFileSync(secret, "0123456789abcdef0123456789abcdef", { mode: 0o644 });
  writeFileSync(join(stack.folder, "routes.yml"), stringify(ROUTES));
  const images = JSON.parse(readFileSync(join(stack.stackFolder, "images.json"), "utf8")) as Record<
    string,
    string
  >;
  const image = (name: string) => {
    const found = Object.entries(images).find(([key]) => key === name || key.startsWith(`${name}:`));
    if (!found) throw new Error(`${name} is not built`);
    return found[1];
  };
  const write = (tag: string) =>
    writeFileSync(
      file,
      stringify({
        version: "2.4",
        services: {
          database: {
            image: image("postgres"),
            environment: {
              POSTGRES_USER: "vault",
              POSTGRES_DB: "vault",
              POSTGRES_PASSWORD: readFileSync(secret, "utf8"),
            },
          },
          server: {
            image: image(`demo:${tag}`),
            command: ["node", "/app/main.js", "server"],
            environment: {
              DATABASE_HOST: "database",
              DATABASE_NAME: "vault",
              DATABASE_USER: "vault",
              DATABASE_PASSWORD_FILE: "/secret",
              SESSION_SECRET_FILE: "/secret",
              PUBLIC_URL: `http://127.0.0.1:${port}`,
              PRODUCT_DOMAIN: "vault.localhost",
            },
            volumes: [`${secret}:/secret:ro`],
            stop_grace_period: "30s",
          },
          edge: {
            image: image("edge"),
            command: ["--entryPoints.web.address=:8080", "--providers.file.filename=/routes.yml"],
            volumes: [`${join(stack.folder, "routes.yml")}:/routes.yml:ro`],
            ports: [`127.0.0.1:${port}:8080`],
          },
        },
      }),
    );
  const run = (...args: string[]) =>
    mustRun(compose[0]!, [...compose.slice(1), "--project-name", project, "--file", file, ...args]);
  write("1.0.0");
  try {
    await run("up", "--detach");
    const url = `http://127.0.0.1:${port}`;
    await answers(`${url}/version`);
    const common = { requests: [`${url}/`, `${url}/version`], writes: url, connections: 8, maxSeconds: 240 };
    const loads = [startLoad({ ...common, keepAlive: true }), startLoad({ ...common, keepAlive: false })];
    await sleep(1000);
    write("1.1.0");
    const started = performance.now();
    await run("up", "--detach");
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    // What fails after the command has ended counts too: it does not wait for the product.
    await answers(`${url}/version`);
    await sleep(2000);
    const reports = await Promise.all(loads.map((load) => load.stop()));
    return {
      failed: reports.reduce((sum, { failed }) => sum + failed, 0),
      total: reports.reduce((sum, { total }) => sum + total, 0),
      seconds,
    };
  } finally {
    await run("down", "--volumes", "--timeout", "1");
  }
}

const ROUTES = {
  http: {
    routers: { server: { rule: "PathPrefix(`/`)", service: "server" } },
    services: { server: { loadBalancer: { servers: [{ url: "http://server:3000" }] } } },
  },
};

async function answers(url: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`${url} gives no answer`);
}

/** The command of docker-compose 1 or of the docker compose plugin. @throws Error when there is none */
export async function composeCommand(): Promise<string[]> {
  for (const command of [["docker-compose"], ["docker", "compose"]]) {
    const found = await mustRun(command[0]!, [...command.slice(1), "version"]).catch(() => undefined);
    if (found !== undefined) return command;
  }
  throw new Error("the benchmark upgrade needs docker-compose (Debian: apt-get install docker-compose)");
}
