import { readFileSync } from "node:fs";
import { type Answer, type Load, type LoadReport, startLoad, verifyItems } from "../../support/load";
import type { TestStack } from "./test-stack";

/** Continuous load on a stack: keep-alive and fresh connections side by side, with writes. */
export class UnderLoad {
  private constructor(
    private readonly stack: TestStack,
    private readonly loads: Load[],
  ) {}

  /** @param isPage whether an answer is the maintenance page, which then is no failure */
  static start(stack: TestStack, isPage?: (answer: Answer) => boolean): UnderLoad {
    const common = {
      ...(isPage ? { isPage } : {}),
      connectTo: { host: "127.0.0.1", port: stack.httpsPort },
      ca: readFileSync(stack.caFile, "utf8"),
      requests: [stack.url("/"), stack.url("/admin"), stack.url("/version")],
      connections: 8,
      maxSeconds: 240,
    };
    return new UnderLoad(stack, [
      startLoad({ ...common, keepAlive: true, writes: stack.url("") }),
      startLoad({ ...common, keepAlive: false }),
    ]);
  }

  /** Ends the load and reads every written item back. */
  async stop(): Promise<{
    reports: LoadReport[];
    total: number;
    failed: number;
    /** Requests that got the maintenance page. */
    pages: number;
    /** From the first of these to the last, seconds. */
    interruptionSeconds: number;
    versions: string[];
    lost: string[];
    doubled: string[];
    detail: string;
  }> {
    const reports = await Promise.all(this.loads.map((load) => load.stop()));
    const early = reports.filter(({ ended }) => ended !== "stopped");
    if (early.length > 0) throw new Error(`the load ended before the change did: ${early[0]!.ended}`);
    const { lost, doubled } = await verifyItems(
      this.stack.url(""),
      reports.flatMap(({ items }) => items),
      {
        connectTo: { host: "127.0.0.1", port: this.stack.httpsPort },
        ca: readFileSync(this.stack.caFile, "utf8"),
      },
    );
    const pages = reports.flatMap(({ page }) => (page ? [page] : []));
    const first = Math.min(...pages.map((page) => page.first));
    const last = Math.max(...pages.map((page) => page.last));
    return {
      reports,
      pages: pages.reduce((sum, { count }) => sum + count, 0),
      interruptionSeconds: pages.length === 0 ? 0 : (last - first) / 1000,
      total: reports.reduce((sum, { total }) => sum + total, 0),
      failed: reports.reduce((sum, { failed }) => sum + failed, 0),
      versions: [...new Set(reports.flatMap(({ versions }) => Object.keys(versions)))].sort(),
      lost,
      doubled,
      detail: JSON.stringify(reports.map(({ failures, samples, ended }) => ({ failures, samples, ended }))),
    };
  }
}
