import { join } from "node:path";
import { Command } from "commander";
import type { Settings } from "../../config/settings";
import { replaceFile } from "../../operations/replace-file";
import type { CommandModule } from "../command";
import { type Context, defaultStack, stackOption } from "../context";
import { type Check, mayProceed, runChecks } from "../doctor/checks";
import type { Facts } from "../doctor/facts";
import { gatherFacts } from "../doctor/gather";
import { appendAudit } from "../audit";
import { type EngineResult, runEngine } from "../engine";
import { exitCode, refusal, usageError } from "../exit";
import { connectionsOf } from "../gate/connections";
import { rememberDaemons, rememberVersions } from "../gate/facts";
import { contentOf, digestSources } from "../gate/digest";
import { digestConfiguration, digestJudged, type Judged } from "../gate/judged";
import {
  type Configured,
  exitCodeOf,
  type JudgedPreview,
  judgedPreview,
  PACK_FLAGS,
} from "../gate/judged-preview";
import { packSubject, rememberPassed } from "../gate/passed";
import { type ExpectedPlan, parsePlan, refuseIfMoved, refuseUnlessExpected } from "../gate/plan";
import { emergencyNeeded } from "../gate/window";
import { lazy } from "../lazy";
import { confirm, isInteractive } from "../prompt";
import type { Connections } from "../../policies/gate/rule";
import { Run } from "../run-record";
import { openSession, prepareDocker, prepareStack, type Session } from "../session";
import { refuseIfBusy } from "../settle/leftovers";
import { settle } from "../settle/settle";
import { imagesOf, loadConfig } from "../stack-config";
import { type AnsweredTask, answerTasks } from "../tasks";
import { loadState } from "../settle/state-edit";
import { formatCheck } from "./doctor";

interface Options {
  yes?: boolean;
  emergency?: string;
  confirm?: string[];
  expect?: string;
  refresh?: boolean;
  expectNoChanges?: boolean;
  identity?: boolean;
}

/** Options as they are worked with. */
interface Wanted extends Omit<Options, "identity"> {
  /** Gives the private keys that a restore takes; undefined when there are none. */
  identities?: () => Promise<string>;
}

export const create: CommandModule["create"] = (context) =>
  new Command("up")
    .description("make the stack what its configuration says")
    .option(
      "-y, --yes",
      "apply without asking (stacks other than dev ask on a terminal and demand it elsewhere)",
    )
    .option(
      "--emergency <reason>",
      "apply what interrupts the service outside its maintenance windows too, and without an export of settings where none can be made; the reason goes into audit.jsonl",
    )
    .option(
      "--confirm <task...>",
      "answer for tasks that the update leaves to people: each is done, or will be if it can only be done after it; recorded in audit.jsonl",
    )
    .option(
      "--expect <digest>",
      "apply only what `preview --digest` showed: refuse if anything has moved since, and name it",
    )
    .option("--refresh", "first read what the Docker hosts really have")
    .option("--expect-no-changes", "fail if anything changes")
    .option(
      "--identity",
      "read a backup recipient's private key from stdin, for the restore that the configuration asks for",
    )
    .addHelpText(
      "after",
      `
In this order: checks the configuration; provides the engine, Docker and local images; makes stack dev if it is
missing; runs doctor's checks; settles what an interrupted run left; previews; judges the preview by policies, gate
and maintenance windows; has somebody answer for what is left to people; exports settings and keys into the backup; applies it if nothing has moved since. What is refused ends with exit code 3, and nothing was
touched. A release that fails its checks gets no traffic: the one in service stays, and the failed one's logs are kept
and shown.

Ctrl-C finishes the steps that have begun; a second one stops at once. Either way, and after a crash, run \`up\`
again with the new or the old configuration.

Examples:
  $ ./strongroom up
  $ ./strongroom up --stack prod
  $ ./strongroom up --stack prod --yes     in a pipeline, after the change was approved
  $ ./strongroom up --stack prod --yes --expect plan1_…     and nothing but what \`preview --digest\` showed
  $ ./strongroom up --stack prod --yes --identity < key.txt     after \`restore\`
  $ ./strongroom up --stack prod --yes --confirm declare-server-3f9a1c     the vendor has declared the address
  $ ./strongroom up --stack prod --emergency "certificate of the edge leaked, ticket 4711"`,
    )
    .action(({ identity, ...options }: Options) => {
      const identities = identity ? () => lazy.restore().identitiesFromStdin() : undefined;
      return update(context(), { ...options, identities });
    });

/**
 * Makes the stack what its configuration says, as the command does, and sets the exit code.
 * @throws CliError for what is refused
 */
export async function update(given: Context, options: Wanted): Promise<void> {
  if (options.emergency?.trim() === "") throw usageError("--emergency: needs a reason");
  const expected = options.expect === undefined ? undefined : parsePlan(options.expect);
  const asks = given.stack !== defaultStack && !options.yes;
  if (asks && !isInteractive()) {
    throw refusal(`stack ${given.stack}: no terminal to ask on; look at \`preview\`, then give --yes`);
  }
  const written = contentOf(given.configFile);
  const session = await openSession(given, given.stack === defaultStack ? undefined : "stack", new Date());
  refuseIfBusy(given);
  // What is known already, before anything is touched for it.
  if (expected)
    refuseUnlessExpected(expected, {
      configuration: digestConfiguration(given, session.config.settings),
      ...digestSources(given),
    });
  await prepareDocker(session);
  // Side by side: both mostly wait for Docker.
  const [facts, connections] = await Promise.all([
    gather(session),
    connectionsOf(session.config.settings),
    prepareStack(session),
  ]);
  judge(session, runChecks(facts, session.config.settings));
  process.exitCode = await apply(session, options, { asks, expected, facts, connections, written });
}

function gather({ config, toolchain }: Session): Promise<Facts> {
  return gatherFacts(config.settings, toolchain.standIns);
}

/** Memory of the host with services, edge and database, MiB; undefined if it does not say. */
function memoryOf({ hosts }: Facts, { edge }: Settings): number | undefined {
  const bytes = hosts.find(({ name }) => name === edge.host)?.engine?.memoryBytes;
  return bytes === undefined ? undefined : Math.floor(bytes / 1024 ** 2);
}

/** Identifiers of the Docker daemons by host; of hosts that do not say, none. */
function daemonsOf({ hosts }: Facts): Record<string, string> {
  return Object.fromEntries(hosts.flatMap(({ name, engine }) => (engine ? [[name, engine.id]] : [])));
}

/** Shows what failed, all with --verbose. @throws CliError when a check failed */
function judge({ say, context }: Session, checks: Check[]): void {
  const failed = checks.filter(({ status }) => status === "fail");
  for (const check of context.verbose ? checks : failed) say(formatCheck(check).trimEnd());
  if (!mayProceed(checks))
    throw refusal(`${failed.length} of doctor's checks failed; the stack was not changed`);
}

/** What is known when everything is at hand. */
interface Given {
  /** Whether somebody is to be asked. */
  asks: boolean;
  /** The plan that was approved. */
  expected: ExpectedPlan | undefined;
  facts: Facts;
  connections: Connections | undefined;
  /** The configuration's file as it was checked. */
  written: Buffer;
}

async function apply(
  opened: Session,
  options: Wanted,
  { asks, expected, facts, connections, written }: Given,
): Promise<number> {
  // Images may have been built meanwhile, which takes minutes.
  if (!contentOf(opened.context.configFile).equals(written))
    throw refusal(
      "the configuration was changed while it was being checked; nothing was changed. Run `up` again.",
    );
  // As it is now that its local images are built.
  const loaded = loadConfig(opened.context, new Date());
  const session = {
    ...opened,
    config: {
      ...loaded,
      memoryMiB: memoryOf(facts, loaded.settings),
      connections,
      daemons: daemonsOf(facts),
    },
  };
  const { context, config, toolchain, say } = session;
  const { endpoints, redactor, settings } = config;
  const { refresh } = await settle(context, toolchain, {
    endpoints,
    images: imagesOf(settings),
    say: (text) => say(`settled: ${text}`),
  });
  const flags = [
    "--suppress-progress",
    ...(options.refresh || refresh ? ["--refresh"] : []),
    ...(options.expectNoChanges ? ["--expect-no-changes"] : []),
  ];
  // From here on no other run may change what is judged, nor while an operator is being asked.
  const run = Run.begin(context, "up");
  let result: EngineResult | undefined;
  let exported = false;
  try {
    const restore = settings.database.restored && (await restoreOf(session, options));
    if (restore) say(restore.text);
    const judged = await digestJudged(context, toolchain, config, "needed");
    const preview = await previewIn(session, flags, run);
    const ended = exitCodeOf(preview);
    if (ended !== exitCode.ok) {
      if (ended !== exitCode.interrupted) say("\nnothing was changed");
      return ended;
    }
    if (expected) {
      refuseUnlessExpected(expected, judged, preview.steps);
      if (expected.host === undefined)
        say("the preview that was approved did not see the Docker hosts, so what they have was not compared");
    }
    await lazy.dnsRecords().requireRecords(preview.report.records, settings.dns);
    if (!(await approve(session, options, asks, preview))) return exitCode.refused;
    await lazy.settingsExport().exportBefore(session, options.emergency);
    // Read again: what the engine reads now may be something else.
    refuseIfMoved(judged, await digestNow(session));
    if (restore) {
      await restore.run();
      say("the new volume was filled, and found equal to the backup's receipt; it stays whatever comes next");
      // That may have taken hours. What the hosts have differs by the new volume itself.
      refuseIfMoved(judged, { ...(await digestNow(session)), host: judged.host });
      answerFor(session, options, preview);
    }
    result = await runEngine(context, toolchain, ["up", "--yes", "--skip-preview", ...PACK_FLAGS, ...flags], {
      redactor,
      token: run.token,
      started: (pid) => run.engineStarted(pid),
    });
    if (result.exitCode === 0) {
      rememberVerdict(session, preview);
      rememberDaemons(context, daemonsOf(facts));
      await reportSuccess(session);
      exported = await lazy.settingsExport().exportAfter(session);
    }
    if (result.exitCode !== 0 && !result.interrupted) await reportFailure(session);
  } finally {
    // After an abort the record stays: it is what the next run settles by.
    if (!result?.aborted) run.end();
  }
  if (result.interrupted) return exitCode.interrupted;
  if (result.exitCode !== 0) return exitCode.failed;
  // After the run: it leaves nothing to settle, and the next update goes on where this was interrupted.
  await lazy.prune().pruneImages(session);
  return exported ? exitCode.ok : exitCode.failed;
}

/** What would be judged now, of the configuration as it is read again: by a clock, as the first look was. */
function digestNow({ context, toolchain }: Session): Promise<Judged> {
  return digestJudged(context, toolchain, loadConfig(context, new Date()), "needed");
}

function restoreOf({ context, config }: Session, { identities }: Wanted) {
  return lazy.restore().pendingRestore(context, config.settings, identities);
}

/** Previews and shows what was judged. */
async function previewIn(
  { context, config, toolchain }: Session & { config: Configured },
  flags: string[],
  run: Run,
): Promise<JudgedPreview> {
  const preview = await judgedPreview(context, toolchain, flags, config, {
    // What it has let pass is asked about at every step of the update all the same.
    askPackAgain: true,
    hosts: "needed",
    token: run.token,
    started: (pid) => run.engineStarted(pid),
  });
  process.stdout.write(preview.headline + preview.engine.stdout);
  process.stderr.write(preview.engine.stderr);
  return preview;
}

/** Asks if what was shown is wanted, as far as somebody is to be asked. */
async function approve(
  session: Session,
  options: Wanted,
  asks: boolean,
  preview: JudgedPreview,
): Promise<boolean> {
  const { context, config, say } = session;
  // Nobody is asked for what no window allows.
  emergencyNeeded(preview.interrupts, config.settings.maintenance.windows, options.emergency);
  const answers = await answersOf(session, options, preview);
  if (!answers || (asks && !(await confirm(`Apply this to stack ${context.stack}?`)))) {
    say("nothing was changed");
    return false;
  }
  // A window may have closed while nobody answered.
  answerFor(session, options, preview);
  for (const answer of answers) appendAudit(context, "task", { ...answer });
  return true;
}

/** Answers for what the update leaves to people; undefined when one was no. @throws CliError when there is nobody to ask */
function answersOf(
  { say }: Session,
  { confirm: given = [], yes }: Wanted,
  { report: { tasks } }: JudgedPreview,
): Promise<AnsweredTask[] | undefined> {
  const others = given.filter((id) => !tasks.some((task) => task.id === id));
  if (others.length > 0) say(`--confirm: this update leaves no such task to anybody: ${others.join(", ")}`);
  return answerTasks(tasks, given, !yes && isInteractive());
}

/** @throws CliError when the update interrupts the service, no maintenance window is open now, and nobody answers for it */
function answerFor({ context, config }: Session, { emergency }: Wanted, { interrupts }: JudgedPreview): void {
  const overridden = emergencyNeeded(interrupts, config.settings.maintenance.windows, emergency);
  // Before the update: an entry too many is better than an interruption that nobody answers for.
  if (overridden) appendAudit(context, "emergency", overridden);
}

/** What the policies have let pass need not be asked about again by the next preview. */
function rememberVerdict({ context }: Session, { subject, violations }: JudgedPreview): void {
  const now = packSubject(context);
  // Of state as the update has left it.
  if (subject && now?.given === subject.given) rememberPassed(context, now, violations);
}

async function reportSuccess({ context, toolchain, say, config }: Session): Promise<void> {
  rememberVersions(context, config.settings);
  const { outputs } = await loadState(context, toolchain);
  const given = (outputs.urls ?? {}) as Record<string, string>;
  // In the configuration's order: state sorts by name.
  const names = Object.keys(config.settings.services).filter((name) => given[name] !== undefined);
  const urls = names.map((name) => [name, given[name]!] as const);
  const lines = urls.map(([service, url]) => `  ${service.padEnd(12)} ${url}`);
  if (typeof outputs.caCertificate === "string") {
    const file = join(context.stackDir, "ca.pem");
    replaceFile(file, outputs.caCertificate, 0o644);
    const [, url] = urls[0] ?? [];
    lines.push(`  ${"CA".padEnd(12)} ${file}`, "", ...(url ? [`  curl --cacert ${file} ${url}`] : []));
  }
  const stack = stackOption(context.stack);
  if (config.settings.profile.adminLink)
    lines.push(`  ${`./strongroom admin-link${stack}`.padEnd(35)} a link for the administrator, 5 minutes`);
  lines.push(`  ${`./strongroom preview${stack}`.padEnd(35)} after an edit of the configuration`);
  say(`\n${config.settings.profile.title} is up:\n${lines.join("\n")}`);
}

async function reportFailure({ context, config, toolchain, say }: Session): Promise<void> {
  const { outputs } = await loadState(context, toolchain);
  const wanted = (outputs.releases ?? {}) as Record<string, string>;
  const serving: string[] = [];
  for (const endpoint of config.endpoints) {
    const { failed, inService } = await lazy
      .releases()
      .shelveFailedReleases(context, endpoint, wanted, config.redactor);
    serving.push(...Object.entries(inService).map(([service, release]) => `${service} ${release}`));
    for (const { service, release, cause, logFile, lastLines } of failed) {
      say(
        `\nrelease ${release} of ${service} is not in service; its containers are stopped, its log is ${logFile}`,
      );
      if (cause !== undefined) say(cause);
      for (const line of lastLines) say(`  ${line}`);
    }
  }
  say(
    `\nThe update failed. In service: ${serving.sort().join(", ") || "nothing"}. Correct the cause, then run \`up\` again.`,
  );
}
