import type { Settings } from "../../config/settings";
import { psql } from "../../operations/database-server";
import { containersWith, inspectPresent } from "../../operations/docker";
import { OperationError } from "../../operations/errors";
import type { Connections } from "../../policies/gate/rule";

/** How long the database may take to say who is connected, seconds. */
const ANSWER_SECONDS = 10;

/** The superuser's own are kept back by the server; parallel workers and the like are no connections. */
const QUESTION = `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int, coalesce(host(client_addr), ''), count(pid)
FROM (SELECT) AS always LEFT JOIN pg_stat_activity ON backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 2;`;

/**
 * Who is connected to a stack's database now, for products whose releases run side by side.
 * @returns undefined where it does not matter, and where no database answers: then it serves nobody either
 */
export async function connectionsOf({
  stack,
  strategy,
  hosts,
  database: { host, name },
}: Pick<Settings, "stack" | "strategy" | "hosts" | "database">): Promise<Connections | undefined> {
  if (strategy === "recreate") return undefined;
  const endpoint = hosts[host]!.docker;
  const of = (role: string) =>
    containersWith(endpoint, { "strongroom.stack": stack, "strongroom.role": role });
  try {
    const [[container], replicas] = await Promise.all([of("database"), of("service")]);
    if (container === undefined) return undefined;
    const [answer, inspected] = await Promise.all([
      psql({ endpoint, container, database: name }, QUESTION, ANSWER_SECONDS),
      inspectPresent<Replica>(endpoint, "container", replicas),
    ]);
    return countConnections(answer, inspected);
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

/** What Docker tells of a service's container, as far as it says whose a connection is. */
interface Replica {
  Config: { Labels: Record<string, string> };
  State: { Running: boolean };
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
}

/** @param answer lines of maximum, address and count, separated by tabs; the socket's address is empty */
export function countConnections(answer: string, replicas: Replica[]): Connections {
  const rows = answer
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
  const open = (address: string) => Number(rows.find(([, from]) => from === address)?.[2] ?? 0);
  const services: Connections["services"] = {};
  for (const { Config, State, NetworkSettings } of replicas) {
    const name = Config.Labels["strongroom.service"];
    if (!State.Running || name === undefined) continue;
    const own = Object.values(NetworkSettings.Networks).map(({ IPAddress }) =>
      IPAddress ? open(IPAddress) : 0,
    );
    const service = (services[name] ??= { open: 0, replicas: 0 });
    service.open += own.reduce((sum, each) => sum + each, 0);
    service.replicas += 1;
  }
  const all = rows.reduce((sum, [, , count]) => sum + Number(count), 0);
  const ofServices = Object.values(services).reduce((sum, each) => sum + each.open, 0);
  return { max: Number(rows[0]?.[0]), services, others: all - ofServices };
}
