import { rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { docker } from "../../operations/docker";
import type { CommandModule } from "../command";
import { defaultStack, passphraseFile } from "../context";
import { type EngineResult, runEngine } from "../engine";
import { CliError, exitCode, refusal, usageError } from "../exit";
import { ask, confirm, isInteractive } from "../prompt";
import { Run } from "../run-record";
import { openSession, type Session } from "../session";
import { holdsData, type ThingFound } from "../settle/decisions";
import { takeInventory } from "../settle/inventory";
import { refuseIfBusy } from "../settle/leftovers";
import { settle } from "../settle/settle";
import { loadState } from "../settle/state-edit";

interface Options {
  yes?: boolean;
  deleteData?: string;
}

export const create: CommandModule["create"] = (context) =>
  new Command("down")
    .description("take the stack down; its data stays")
    .option("-y, --yes", "do not ask (stacks other than dev ask on a terminal and demand it elsewhere)")
    .option("--delete-data <volume>", "delete the data too: name the database's volume exactly")
    .addHelpText(
      "after",
      `
Removes containers, networks and files, in the order in which traffic ends first. What is protected stays: the
database's volume, its dumps and backups, and the private CA that clients trust. \`up\` takes them up again. With
--delete-data all but the backups are deleted as well, after the volume's name was typed once more. State, passphrase and keys of the stack stay in
either case, since copies of the data may exist that only they open.

Examples:
  $ ./strongroom down
  $ ./strongroom down --delete-data strongroom-dev-database`,
    )
    .action(async (options: Options) => {
      const session = await openSession(context(), "stack");
      refuseIfBusy(session.context);
      const volumes = await dataVolumes(session);
      await agree(session, options, volumes);
      process.exitCode = await takeDown(session, options, volumes);
    });

type DataVolume = ThingFound & { endpoint: string };

async function dataVolumes({ context, config }: Session): Promise<DataVolume[]> {
  const found = await Promise.all(
    config.endpoints.map(async (endpoint) => {
      const { volumes } = await takeInventory(endpoint, context.stack);
      return volumes.filter(holdsData).map((volume) => ({ ...volume, endpoint }));
    }),
  );
  return found.flat();
}

async function agree(
  { context, say }: Session,
  { yes, deleteData }: Options,
  volumes: DataVolume[],
): Promise<void> {
  const names = volumes.filter(({ role }) => role === "database-data").map(({ name }) => name);
  if (deleteData !== undefined && !names.includes(deleteData)) {
    throw usageError(
      `--delete-data ${deleteData}: stack ${context.stack} has ${names.join(", ") || "no volume with data"}`,
    );
  }
  const asks = !yes && (context.stack !== defaultStack || deleteData !== undefined);
  if (!asks) return;
  if (!isInteractive()) throw refusal("no terminal to ask on: give --yes");
  if (deleteData === undefined) {
    if (!(await confirm(`Take stack ${context.stack} down? Its data stays.`)))
      throw refusal("nothing was changed");
    return;
  }
  say(
    `This deletes ${deleteData} with everything in it, its dumps, and the private CA. Nothing here brings them back; backups are kept.`,
  );
  if ((await ask("type the volume's name to delete it: ")) !== deleteData)
    throw refusal("nothing was changed");
}

async function takeDown(session: Session, { deleteData }: Options, volumes: DataVolume[]): Promise<number> {
  const { context, config, toolchain, say } = session;
  await settle(context, toolchain, { endpoints: config.endpoints, say: (text) => say(`settled: ${text}`) });
  const run = Run.begin(context, "down");
  let result: EngineResult | undefined;
  try {
    if (deleteData !== undefined) await unprotect(session);
    const args = [
      "destroy",
      "--yes",
      "--skip-preview",
      ...(deleteData === undefined ? ["--exclude-protected"] : []),
    ];
    result = await runEngine(context, toolchain, args, {
      redactor: config.redactor,
      token: run.token,
      started: (pid) => run.engineStarted(pid),
    });
    if (result.exitCode === 0 && deleteData !== undefined) {
      // Retained by the program for good reasons; the operator has named it and typed its name.
      for (const { endpoint, name } of volumes.filter((volume) => isDeleted(volume, deleteData))) {
        await docker(endpoint, ["volume", "rm", "--force", name]);
      }
      rmSync(join(context.stackDir, "ca.pem"), { force: true });
    }
  } finally {
    if (!result?.aborted) run.end();
  }
  if (result.interrupted) return exitCode.interrupted;
  if (result.exitCode !== 0) return exitCode.failed;
  const kept = volumes.filter((volume) => !isDeleted(volume, deleteData));
  const deletable = kept.some(({ role }) => role === "database-data");
  say(
    [
      `stack ${context.stack} is down`,
      ...(kept.length > 0
        ? [
            `  kept: ${kept.map(({ name }) => name).join(", ")}${deletable ? "; delete with --delete-data NAME" : ""}`,
          ]
        : []),
      ...(deleteData === undefined
        ? []
        : [`  deleted: ${deleteData}`, `  kept: ${passphraseFile(context)}, which opens copies of it`]),
    ].join("\n"),
  );
  return exitCode.ok;
}

/** The volume that was named, and the dumps, which are copies of what is in it. */
function isDeleted({ name, role }: DataVolume, deleteData: string | undefined): boolean {
  return deleteData !== undefined && (name === deleteData || role === "dumps-data");
}

async function unprotect({ context, toolchain }: Session): Promise<void> {
  const { resources } = await loadState(context, toolchain);
  if (!resources.some(({ protect }) => protect)) return;
  const { exitCode: code, stderr } = await runEngine(
    context,
    toolchain,
    ["state", "unprotect", "--all", "--yes"],
    {
      output: "capture",
    },
  );
  if (code !== 0) throw new CliError(`pulumi state unprotect: ${stderr.trim()}`);
}
