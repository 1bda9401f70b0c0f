import { rmSync } from "node:fs";
import { Command } from "commander";
import { breakLock, describe, lockOwner } from "../../operations/lock";
import { processFate } from "../../operations/process-identity";
import type { CommandModule } from "../command";
import { stateFolder } from "../context";
import { runEngine } from "../engine";
import { CliError, refusal } from "../exit";
import { confirm, isInteractive } from "../prompt";
import { recordFile } from "../run-record";
import { openSession } from "../session";
import { describeLeftovers, findLeftovers } from "../settle/leftovers";

export const create: CommandModule["create"] = (context) =>
  new Command("unlock")
    .description("show who holds the stack's locks, and remove them")
    .option("-y, --yes", "remove without asking")
    .addHelpText(
      "after",
      `
Three things lock a stack: a run on this machine, the state's lock, and a lock on each Docker host. A lock whose
process is gone needs no unlock on the same machine: \`up\` and \`repair\` remove it. Removing the lock of a run
that lives lets two runs change the stack at once.

Example:
  $ ./strongroom unlock --stack prod`,
    )
    .action(async ({ yes }: { yes?: boolean }) => {
      const session = await openSession(context(), "stack");
      const { config, say, toolchain } = session;
      const { locks, record } = findLeftovers(session.context);
      const owners = await Promise.all(
        config.endpoints.map(async (endpoint) => ({
          endpoint,
          owner: await lockOwner(endpoint, session.context.stack),
        })),
      );
      const hostLocks = owners.flatMap(({ endpoint, owner }) => (owner ? [{ endpoint, owner }] : []));
      const found = [
        ...describeLeftovers({ locks, pendingOperations: 0, ...(record ? { record } : {}) }),
        ...hostLocks.map(
          ({ endpoint, owner }) =>
            `${endpoint} is locked by ${describe(owner)}, which is ${fates[processFate(owner)]}`,
        ),
      ];
      const remote = stateFolder(session.context) === undefined;
      if (found.length === 0 && !remote) return say("no lock is held");
      found.forEach((line) => say(line));
      if (remote) say(`the state's lock in ${session.context.backendUrl}, if there is one`);
      if (!yes && !isInteractive()) throw refusal("no terminal to ask on: give --yes to remove these locks");
      if (!yes && !(await confirm("Remove these locks?"))) throw refusal("nothing was changed");
      for (const { endpoint } of hostLocks) await breakLock(endpoint, session.context.stack);
      for (const { path } of locks) rmSync(path, { force: true });
      if (remote) {
        const { exitCode, stderr } = await runEngine(session.context, toolchain, ["cancel", "--yes"], {
          output: "capture",
        });
        if (exitCode !== 0) throw new CliError(`pulumi cancel: ${stderr.trim()}`);
      }
      if (record) rmSync(recordFile(session.context), { force: true });
      say("removed; `./strongroom repair` looks for what the run left");
    });

const fates = { alive: "alive", dead: "gone", unknown: "on another machine" };
