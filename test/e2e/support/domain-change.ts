import { setTimeout as sleep } from "node:timers/promises";
import { type NameFacts, namesOn } from "../../../cli/report/names";
import { demo } from "../../../config/profiles/demo";
import { type LoadReport, startLoad, verifyItems } from "../../support/load";
import type { TestStack } from "./test-stack";

export interface DomainChange {
  from: string;
  to: string;
  /** When the old name is no longer answered: ISO 8601. */
  until: string;
  /** PEM of the roots of both names' certificates. */
  ca: string;
}

/** What clients of the old name saw of a change. */
export interface UnderChange {
  reports: LoadReport[];
  failed: number;
  total: number;
  lost: string[];
  doubled: string[];
}

/** Gives every service that has one domain another, and redirects from the old one. */
export function renameServices(stack: TestStack, { from, to, until }: Omit<DomainChange, "ca">): void {
  stack.configure((config) => {
    for (const service of Object.values<Record<string, unknown>>(config.services)) {
      service.domain = to;
      service.previous = [{ name: from, until }];
    }
  });
}

/** The tasks that the demo product's move leaves to people, by the names by which `up --confirm` takes them. */
export function tasksOfMove(stack: TestStack, { from, to }: Pick<DomainChange, "from" | "to">): string[] {
  const urls = (name: string) => ({ urls: { server: `https://${name}:${stack.httpsPort}` } });
  const facts: NameFacts = { addressTasks: demo.addressTasks!, records: "stack" };
  return namesOn({ outputs: { before: urls(from), after: urls(to) } }, facts).tasks.map(({ id }) => id);
}

/**
 * Changes the domain while clients go on under the old name and follow redirects: kept-alive connections, with
 * writes, and fresh ones.
 */
export async function changeDomainUnderLoad(stack: TestStack, change: DomainChange): Promise<UnderChange> {
  const at = (name: string, path = "") => `https://${name}:${stack.httpsPort}${path}`;
  const connection = { connectTo: { host: "127.0.0.1", port: stack.httpsPort }, ca: change.ca };
  const common = {
    ...connection,
    requests: ["/", "/admin", "/version?from=old"].map((path) => at(change.from, path)),
    connections: 4,
    followRedirects: true,
    maxSeconds: 240,
  };
  const loads = [
    startLoad({ ...common, writes: at(change.from) }),
    startLoad({ ...common, keepAlive: false }),
  ];
  let reports: LoadReport[];
  try {
    await sleep(1000);
    renameServices(stack, change);
    await stack.mustRun(["up", "--yes", "--confirm", ...tasksOfMove(stack, change)]);
    await sleep(1000);
  } finally {
    reports = await Promise.all(loads.map((load) => load.stop()));
  }
  const early = reports.find(({ ended }) => ended !== "stopped");
  if (early) throw new Error(`the load ended before the change did: ${early.ended}`);
  const items = reports.flatMap((report) => report.items);
  const { lost, doubled } = await verifyItems(at(change.to), items, connection);
  return {
    reports,
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    total: reports.reduce((sum, { total }) => sum + total, 0),
    lost,
    doubled,
  };
}
