import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { probe } from "../../operations/certificates/probe";
import { changeDomainUnderLoad } from "../e2e/support/domain-change";
import { IdleConnections } from "../e2e/support/idle-connections";
import { docker, TestStack } from "../e2e/support/test-stack";
import { UnderLoad } from "../e2e/support/under-load";

const NAME = "vault.localhost";
const IDLE = 200;
/** Pause between two handshakes that look for the new certificate, ms: how exactly its time is known. */
const LOOK_MS = 50;

/**
 * What a rotation and a domain change cost those who use the product: requests that failed, idle connections that
 * were cut, and seconds from the begin of the route's write to the first handshake with the new certificate. Load:
 * closed loop, 16 clients, half of them kept alive, with writes; on the domain change 8, which go on under the old
 * name and follow redirects.
 */
async function main(): Promise<void> {
  const stack = await TestStack.create();
  try {
    stack.configure((config) => {
      for (const service of Object.values<Record<string, unknown>>(config.services))
        service.healthCheck = { startPeriodSeconds: 10 };
    });
    await stack.up();
    const rotation = await rotate(stack);
    const renamed = await changeDomainUnderLoad(stack, {
      from: NAME,
      to: "safe.localhost",
      until: "2099-01-01",
      ca: readFileSync(stack.caFile, "utf8"),
    });
    refuseLosses(renamed);
    process.stdout.write(
      `${JSON.stringify({
        failedRequests: rotation.failed,
        cutConnections: rotation.cut,
        newLeafSeconds: rotation.newLeafSeconds,
        domainChangeFailedRequests: renamed.failed,
        requests: rotation.total,
        domainChangeRequests: renamed.total,
        idleConnections: IDLE,
      })}\n`,
    );
  } finally {
    await stack.destroy();
  }
}

async function rotate(stack: TestStack) {
  const ca = readFileSync(stack.caFile, "utf8");
  const idle = await IdleConnections.open(IDLE, { port: stack.httpsPort, name: NAME, ca });
  const load = UnderLoad.start(stack);
  const change = new AbortController();
  const seen = watchLeaf(stack, change.signal);
  // Told when it is waited for: the stack has to be taken down first.
  seen.catch(() => undefined);
  await sleep(1000);
  stack.configure((config) => {
    config.certificates = { default: { mode: "private-ca", generation: 2 } };
  });
  try {
    await stack.up();
    await sleep(1000);
  } finally {
    change.abort();
  }
  const { failed, total, lost, doubled } = await load.stop();
  refuseLosses({ lost, doubled });
  const cut = idle.cut;
  if (cut === 0) await idle.ask();
  idle.close();
  const first = await seen;
  if (first === undefined) throw new Error("no handshake gave the new certificate");
  const newLeafSeconds = Math.round((first - (await routeWriteBegan(stack))) / 10) / 100;
  return { failed, total, cut, newLeafSeconds };
}

/** @returns when a handshake first gave another certificate than the first one did, ms since the epoch */
async function watchLeaf(stack: TestStack, signal: AbortSignal): Promise<number | undefined> {
  const leaf = async () =>
    (await probe({ host: "127.0.0.1", port: stack.httpsPort }, NAME)).chain[0]?.fingerprint256;
  const before = await leaf();
  while (!signal.aborted) {
    if ((await leaf()) !== before) return Date.now();
    await sleep(LOOK_MS);
  }
  return undefined;
}

/** By the edge's journal, which notes a change just before its file is written; ms since the epoch. */
async function routeWriteBegan(stack: TestStack): Promise<number> {
  const [edge] = await stack.containers("edge");
  const lines = (await docker("exec", edge!, "cat", "/etc/strongroom/edge/journal.jsonl")).trim().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as { time: string; step: string });
  const pending = entries.filter(({ step }) => step === "pending").at(-1);
  if (!pending) throw new Error("the edge's journal has no change");
  return Date.parse(pending.time);
}

function refuseLosses({ lost, doubled }: { lost: string[]; doubled: string[] }): void {
  if (lost.length + doubled.length > 0)
    throw new Error(`${lost.length} items lost, ${doubled.length} doubled`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
