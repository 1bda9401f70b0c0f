import { Command } from "commander";
import { dockerTry } from "../../operations/docker";
import { EdgeHost, routedContainers } from "../../operations/edge-host";
import { appendAudit } from "../audit";
import type { CommandModule } from "../command";
import type { Context } from "../context";
import { CliError, refusal } from "../exit";
import { takeInventory } from "../settle/inventory";
import { loadConfig, type StackConfig } from "../stack-config";

export const create: CommandModule["create"] = (context) =>
  new Command("admin-link")
    .description("print a temporary link for the product's administrator, to a terminal only")
    .addHelpText(
      "after",
      `
Whoever has the link is administrator while it lives, so it goes to a terminal and nowhere else: not into a pipe, a
log or a stack output. Who asked for one, and when, is kept in audit.jsonl in the stack's folder.

Example:
  $ ./strongroom admin-link --stack prod`,
    )
    .action(async () => {
      const given = context();
      const config = loadConfig(given);
      const { adminLink, title } = config.settings.profile;
      if (!adminLink) throw refusal(`${title} has no temporary administrator's link`);
      if (!process.stdout.isTTY)
        throw refusal("the link is printed to a terminal only, never to a pipe or a file");
      const { endpoint, container } = await findReplica(given, config, adminLink.service);
      // Before the link is made: an entry too many is better than a link that nobody knows of.
      appendAudit(given, "admin-link");
      const { exitCode, stdout, stderr } = await dockerTry(endpoint, [
        "exec",
        container,
        ...adminLink.command,
      ]);
      if (exitCode !== 0) throw new CliError(`${adminLink.service}: ${config.redactor.text(stderr).trim()}`);
      process.stdout.write(`${stdout.trim()}\n`);
      process.stderr.write(`valid for ${adminLink.validMinutes} minutes\n`);
    });

/** A replica that is in service: one of a failed release knows nothing of the product's sessions. */
async function findReplica(
  context: Context,
  { settings }: StackConfig,
  service: string,
): Promise<{ endpoint: string; container: string }> {
  const host = settings.services[service]?.host ?? settings.edge.host;
  const endpoint = settings.hosts[host]?.docker ?? "";
  const edge = await EdgeHost.find(settings.hosts[settings.edge.host]?.docker ?? "", context.stack);
  const routed = edge ? routedContainers((await edge.inForce()).content) : new Set<string>();
  const { containers } = await takeInventory(endpoint, context.stack);
  const replica = containers.find(
    (c) => c.service === service && c.status === "running" && routed.has(c.name),
  );
  if (!replica)
    throw new CliError(`no replica of ${service} is in service: ./strongroom up --stack ${context.stack}`);
  return { endpoint, container: replica.id };
}
