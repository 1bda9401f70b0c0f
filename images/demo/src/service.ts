import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { ConfigError, readConfig, type Config } from "./config";
import { createPool, patiently } from "./database";
import { Drain, type Sessions } from "./drain";
import { createListener, type Routes } from "./http";
import { errorFields, log } from "../../log";
import { migrate } from "./migrate";
import { IncompatibleSchema, migrationsOf } from "./migrations";
import { faultIsOn, recordStart } from "./records";
import { readRelease, type Release } from "./release";
import { Sockets } from "./sockets";

/** What a service's routes are made from. */
export interface Context {
  config: Config;
  release: Release;
  pool: Pool;
  instance: string;
}

export interface Service {
  name: "server" | "dashboard";
  port: number;
  routes(context: Context): Routes;
  webSockets?: string;
}

// Longer than the 90 s for which Traefik keeps an idle connection to a server (serversTransport's
// idleConnTimeout): only the edge may end one, else a request could meet a connection that is just closing.
const keepAliveMs = 120_000;
const crashAfterMs = 2_000;

/** Runs a service until it is told to stop. Ends the process: 0 drained, 78 refused to start, 1 failed. */
export async function runService(service: Service): Promise<void> {
  const release = readRelease(process.env);
  const config = readConfig(process.env);
  log("info", "starting", { service: service.name, version: release.version, schema: release.schema });
  if (release.fault === "out-of-memory") exhaustMemory();

  const context: Context = { config, release, pool: createPool(config.database), instance: hostname() };
  const state = { migrated: false, wornOut: false };
  const drain = new Drain();
  const headers = { "X-Product-Version": release.version, "X-Product-Instance": context.instance };
  const listener = createListener({
    routes: { ...statusRoutes(context, drain, state), ...service.routes(context) },
    pathPrefix: config.pathPrefix,
    headers,
    drain,
    alwaysOpen: ["/health", "/ready", "/version"],
    isReady: () => state.migrated,
  });
  const server = serverOf(config, service.port, listener);
  // Node drops a kept-alive connection at the smaller of the two.
  server.headersTimeout = keepAliveMs + 5_000;
  // By people alone: a health check and a smoke request only read.
  const onFirstWrite = (then: () => void): void => {
    const listen = ({ method }: IncomingMessage): void => {
      if (method !== "POST") return;
      server.off("request", listen);
      then();
    };
    server.on("request", listen);
  };
  if (release.fault === "unhealthy-in-service") onFirstWrite(() => (state.wornOut = true));
  if (release.fault === "crash-in-service")
    onFirstWrite(() => setTimeout(() => fail(new Error("this release crashes in service")), crashAfterMs));
  const sockets = service.webSockets
    ? new Sockets(
        service.webSockets,
        headers,
        () => ({ version: release.version, instance: context.instance }),
        () => drain.begun,
      )
    : undefined;
  sockets?.attach(server, config.pathPrefix);
  stopOnSignal(async () => {
    const { cutOff } = await drain.run(server, sockets ?? noSessions, config.drainSeconds);
    log(cutOff === 0 ? "info" : "warn", "stopped", { cutOff });
    await Promise.race([context.pool.end(), sleep(500)]);
  });

  server.listen(service.port, config.bind, () =>
    log("info", "listening", { address: config.bind, port: service.port }),
  );
  server.on("error", fail);
  await patiently("migrations", () => migrate(config.database, migrationsOf(release)));
  await patiently("record", () => recordStart(context.pool, service.name, release.version, config.publicUrl));
  state.migrated = true;
  log("info", "ready", { service: service.name });
}

/** By HTTP; or by TLS, and then by HTTP too on loopback, a hundred ports above, for the health check. */
function serverOf({ tls }: Config, port: number, listener: RequestListener): Server {
  const options = { keepAliveTimeout: keepAliveMs };
  if (!tls) return createServer(options, listener);
  createServer(listener).listen(port + 100, "127.0.0.1");
  const { certificate: cert, key, clientCa } = tls;
  return createTlsServer(
    { ...options, cert, key, ca: clientCa, requestCert: true, rejectUnauthorized: true },
    listener,
  );
}

/** Takes memory until the container's limit ends the process. @throws Error where there is no such limit */
function exhaustMemory(): never {
  const taken = Array.from({ length: 64 }, () => Buffer.alloc(16 * 1024 * 1024, 1));
  throw new Error(`this release took ${taken.length * 16} MiB and met no limit`);
}

/** Ends the process for a reason: 78 where only another configuration or release helps, else 1. */
export function fail(error: unknown): void {
  const refused = error instanceof ConfigError || error instanceof IncompatibleSchema;
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  log("error", refused ? "refused-to-start" : "crashed", errorFields(error));
  process.exit(refused ? ConfigError.exitCode : 1);
}

const noSessions: Sessions = { size: 0, goAway: () => undefined, terminate: () => undefined };

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      log("info", "stopping", { signal });
      stop().then(() => process.exit(0), fail);
    });
}

/** The routes that every service has: live, ready, version. */
function statusRoutes(
  { release, pool }: Context,
  drain: Drain,
  state: { migrated: boolean; wornOut: boolean },
): Routes {
  const notReady = async (): Promise<string | undefined> => {
    if (drain.begun) return "draining";
    if (release.fault === "never-healthy") return "this release never gets ready";
    if (!state.migrated) return "waiting for the database or its migrations";
    if (state.wornOut) return "this release does not bear being written to";
    await pool.query("SELECT 1");
    if (release.fault === "flaky-start" && (await faultIsOn(pool, "never-healthy")))
      return "switched off by demo_faults";
    return undefined;
  };
  return {
    "GET /health": () => ({ body: { status: "live" } }),
    "GET /ready": async () => {
      const reason = await notReady();
      return reason ? { status: 503, body: { status: "not ready", reason } } : { body: { status: "ready" } };
    },
    "GET /version": () => ({ body: { product: "demo", version: release.version, schema: release.schema } }),
  };
}
