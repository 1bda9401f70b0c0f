import { setTimeout as sleep } from "node:timers/promises";
import { TestStack } from "../e2e/support/test-stack";
import { UnderLoad } from "../e2e/support/under-load";
import type { Answer } from "../support/load";
import { composeCommand, composeUpgrade, type Measured } from "./compose/upgrade";

/**
 * What an upgrade costs those who use the product, in one run: the demo from 1.0.0 to 1.1.0 with its migration, a
 * release that never gets healthy, another edge, a release of a product that is recreated, and the same images by `docker-compose up --detach`. Load on each:
 * closed loop, 16 connections, half of them kept alive, with writes. Seconds of wall clock from the command's start
 * to its end. Needs docker-compose 1 or the docker compose plugin.
 */
async function main(): Promise<void> {
  const compose = await composeCommand();
  const stack = await TestStack.create();
  try {
    stack.configure((config) => {
      for (const service of Object.values<Record<string, unknown>>(config.services))
        service.healthCheck = { startPeriodSeconds: 10 };
    });
    await stack.up();
    const upgrade = await underLoad(stack, () => {
      stack.setRelease("1.1.0");
      return stack.up();
    });
    const badRelease = await underLoad(stack, async () => {
      stack.setRelease("1.1.0-never-healthy");
      const { exitCode } = await stack.run(["up", "--yes"]);
      if (exitCode === 0) throw new Error("a release that never gets healthy was taken for a good one");
      stack.setRelease("1.1.0");
      await stack.up();
    });
    const edge = await underLoad(stack, () => {
      stack.configure((config) => {
        config.edge.limits = { memoryMiB: 320 };
      });
      return stack.up();
    });
    const recreate = await underLoad(
      stack,
      () => {
        stack.configure((config) => {
          config.strategy = "recreate";
          config.maintenance = { retryAfterSeconds: RETRY_AFTER };
        });
        stack.setRelease("1.2.0");
        return stack.up();
      },
      ({ status, headers }) => status === 503 && headers["retry-after"] === String(RETRY_AFTER),
    );
    const composed = await composeUpgrade(stack, compose);
    process.stdout.write(
      `${JSON.stringify({
        failedRequests: upgrade.failed,
        badReleaseFailedRequests: badRelease.failed,
        edgeUpgradeFailedRequests: edge.failed,
        composeFailedRequests: composed.failed,
        upgradeSeconds: upgrade.seconds,
        composeSeconds: composed.seconds,
        recreateFailedRequests: recreate.failed,
        interruptionSeconds: recreate.interruptionSeconds,
        pageRequests: recreate.pages,
        requests: upgrade.total + badRelease.total + edge.total + recreate.total,
        composeRequests: composed.total,
      })}\n`,
    );
  } finally {
    await stack.destroy();
  }
}

/** Seconds that the maintenance page names, by which its answers are told from others. */
const RETRY_AFTER = 17;

async function underLoad(
  stack: TestStack,
  change: () => Promise<unknown>,
  isPage?: (answer: Answer) => boolean,
): Promise<Measured & Pick<Awaited<ReturnType<UnderLoad["stop"]>>, "pages" | "interruptionSeconds">> {
  const load = UnderLoad.start(stack, isPage);
  await sleep(1000);
  const started = performance.now();
  await change();
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const { failed, total, lost, doubled, pages, interruptionSeconds } = await load.stop();
  if (lost.length + doubled.length > 0)
    throw new Error(`${lost.length} items lost, ${doubled.length} doubled`);
  return { failed, total, seconds, pages, interruptionSeconds };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
