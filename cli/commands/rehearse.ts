import { rmSync } from "node:fs";
import { Command } from "commander";
import { containersWith } from "../../operations/docker";
import { processFate } from "../../operations/process-identity";
import { RehearsalError } from "../../operations/rehearsal/health";
import { rehearse, type RehearsalResult, requireDatabase } from "../../operations/rehearsal/rehearsal";
import { endInterrupted, removeRehearsal } from "../../operations/rehearsal/scratch";
import type { CommandModule } from "../command";
import { stackOption } from "../context";
import { decryptedConfig } from "../decrypted-config";
import { archive } from "../doctor/archive-check";
import { archiveFacts } from "../doctor/gather-archives";
import { CliError, exitCode, refusal } from "../exit";
import { sizeText } from "../measures";
import { formatDuration } from "../progress";
import { ensurePulled } from "../rehearsal/images";
import { rehearsalInput } from "../rehearsal/input";
import { keepRehearsal } from "../rehearsal/record";
import { keepLog, shownLines } from "../releases";
import { readRunRecord, recordFile, Run } from "../run-record";
import { openSession, prepareDocker, prepareStack, type Session } from "../session";
import { refuseIfBusy } from "../settle/leftovers";

/** The run's name in its record. */
const COMMAND = "rehearse";

export const create: CommandModule["create"] = (context) =>
  new Command(COMMAND)
    .description("try the configured release and its migration on a copy of the database")
    .addHelpText(
      "after",
      `
Starts a database server of its own from the image of production's, copies roles and database into it, migrates the
copy by the configured release, then starts each service on it, one after the other, until it is healthy and answers
its smoke request. All of it is on an internal network of its own, with no way to production or to the outside, and
is removed at the end. Of production's database it only reads; no route changes. \`preview\` then shows how long the
migration took.

It needs memory for the database's and one service's limits, and disk for twice the database, beside what runs. While
it runs no other command on this machine changes the stack. After a crash the next \`rehearse\` or \`up\` removes what was left.

Exit code 1 when the release fails, with the end of its log.

Example:
  $ ./strongroom rehearse --stack prod      after the diff to the new release, before \`up\``,
    )
    .action(async () => {
      const session = await openSession(context(), "stack", new Date());
      refuseUnsettled(session);
      await prepareDocker(session);
      await prepareStack(session);
      process.exitCode = await run(session);
    });

/** @throws CliError while another run is at work, or has left something that only `up` or `repair` settles */
function refuseUnsettled({ context }: Session): void {
  refuseIfBusy(context);
  const record = readRunRecord(context);
  if (!record || processFate(record) !== "dead") return;
  if (record.command !== COMMAND)
    throw refusal(
      `\`strongroom ${record.command}\` of ${record.startedAt} never came to its end: settle it first, by ./strongroom repair${stackOption(context.stack)}`,
    );
  // It has changed nothing of the stack; what it left on the host goes at the begin of the next one.
  rmSync(recordFile(context), { force: true });
}

async function run(session: Session): Promise<number> {
  const { context, say, progress } = session;
  // As it is now that its local images are built.
  const config = await decryptedConfig(session);
  const { settings, redactor } = config;
  await refuseUnverified(session);
  const { docker } = settings.hosts[settings.database.host]!;
  const labels = { "strongroom.stack": context.stack, "strongroom.role": "database" };
  const database = requireDatabase(context.stack, (await containersWith(docker, labels))[0]);
  await ensurePulled(docker, Object.values(settings.services), progress);
  const input = rehearsalInput(settings, database);
  const { image, version, service } = input.migration;
  const begun = Run.begin(context, COMMAND);
  // By it whoever settles a dead run finds its Docker clients.
  process.env.STRONGROOM_RUN = begun.token;
  const stop = stopOnSignal(docker, context.stack);
  try {
    const result = await rehearse(input, (title, work) => progress.step(title, work), stop.ifAsked);
    keepRehearsal(context, { image, version, endedAt: new Date().toISOString(), ...result });
    process.stdout.write(success(`${service} ${version}`, result));
    return exitCode.ok;
  } catch (error) {
    if (stop.asked()) {
      say(await endInterrupted(docker, context.stack));
      return exitCode.interrupted;
    }
    if (!(error instanceof RehearsalError)) throw error;
    const failure = redactor.text(error.message);
    const log = redactor.text(error.log);
    keepRehearsal(context, { image, version, endedAt: new Date().toISOString(), failure });
    const file = keepLog(context, "rehearsal", `${log}\n`);
    for (const line of log.split("\n").filter(Boolean).slice(-shownLines))
      process.stderr.write(`  ${line}\n`);
    throw new CliError(
      `${failure}\nThe release failed its rehearsal; production was not touched. Its log is ${file}`,
    );
  } finally {
    stop.end();
    begun.end();
  }
}

/** Production's data is given to nothing that `up` would not run. */
async function refuseUnverified({ config: { settings } }: Session): Promise<void> {
  const facts = (await archiveFacts(settings)).filter(({ part }) => part in settings.services);
  const failed = facts.map(archive).filter(({ status }) => status === "fail");
  if (failed.length === 0) return;
  const lines = failed.map(({ name, detail, remedy }) => `${name}: ${detail}\n  ${remedy ?? ""}`);
  throw refusal(`${lines.join("\n")}\nnothing was rehearsed`);
}

/** The first signal takes the rehearsal's containers away, which ends whatever waits for them. */
function stopOnSignal(endpoint: string, stack: string) {
  let signal: NodeJS.Signals | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (signal === undefined) void removeRehearsal(endpoint, stack).catch(() => undefined);
    signal ??= name;
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const each of signals) process.on(each, onSignal);
  return {
    asked: () => signal !== undefined,
    ifAsked: () => {
      if (signal !== undefined) throw new CliError(`interrupted by ${signal}`, exitCode.interrupted);
    },
    end: () => {
      for (const each of signals) process.off(each, onSignal);
    },
  };
}

function success(release: string, result: RehearsalResult): string {
  const { databaseBytes, copySeconds, migration, migrationSeconds, readySeconds } = result;
  const seconds = (value: number) => formatDuration(Math.max(1, Math.ceil(value)) * 1000);
  const migrated = {
    job: seconds(migrationSeconds),
    done: "the database is at this release already",
    "on-start": `${seconds(migrationSeconds)}, with the start of the product`,
  };
  const lines = [
    ["copy", `${sizeText(databaseBytes)} in ${seconds(copySeconds)}`],
    ["migration", migrated[migration]],
    ...Object.entries(readySeconds).map(([service, value]) => [service, `healthy after ${seconds(value)}`]),
  ];
  const width = Math.max(...lines.map(([name = ""]) => name.length));
  return `${release} passed its rehearsal on a copy of the database:\n${lines
    .map(([name = "", text]) => `  ${name.padEnd(width)}  ${text}\n`)
    .join("")}`;
}
