import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../policies/gate/events";
import { EXCEPTIONS, exceptionsOf, type Judgement, parseExceptions } from "../../policies/gate/exceptions";
import { interruptions } from "../../policies/gate/interruption";
import { judgeUpdate } from "../../policies/gate/judge";
import { judgedPending, type PendingOperation } from "../../policies/gate/pending";
import type { BackupProof, Finding } from "../../policies/gate/rule";
import { rules } from "../../policies/gate/rules";
import { canonicalSteps } from "../../policies/gate/steps";
import { parseUpdate, type Update } from "../../policies/gate/update";
import type { Settings } from "../../config/settings";
import { type Context, stackOption } from "../context";
import type { EngineResult } from "../engine";
import { lazy } from "../lazy";
import { migrationEstimate } from "../rehearsal/estimate";
import { readRehearsals } from "../rehearsal/record";
import { wasInterrupted } from "../settle/leftovers";
import { factsOf, serviceFactsOf } from "./facts";
import type { NameFacts } from "../report/names";
import { reportOn, reportUnjudged } from "../report/report";
import { headline } from "../report/text";
import type { Configured, Verdict } from "./judged-preview";

/** Where the policy pack's rules lie, in the checkout. */
const PACK_RULES = "policies/rules";

/** For an engine that was stopped, or refused by itself: it says why. */
export function notJudged({ stack }: Pick<Context, "stack">, reason?: string): Verdict {
  const report = reportUnjudged(stack, reason);
  return { report, headline: headline(report), interrupts: new Map(), steps: "", violations: [] };
}

/** What is known beside the engine's events. */
export interface Beside {
  /** What the policy pack found before, if the engine was not given it. */
  violations?: Finding[] | undefined;
  /** Operations that state has as begun and not as ended. */
  pending?: PendingOperation[];
  /** Resources that state has as going when another one does. */
  tied?: Update["tied"];
  /** Whether a host that does not answer speaks against the update: not against a preview, which needs none. */
  hosts?: "needed" | "if they answer";
  /** The engine compared with nothing: everything appears as new. */
  withoutState?: boolean;
}

/**
 * The gate's verdict on a preview.
 * @param events the engine's event log of that run; it holds secrets
 */
export async function judge(
  context: Context,
  configured: Pick<Configured, "settings" | "memoryMiB" | "connections" | "daemons">,
  events: string,
  engine: Pick<EngineResult, "exitCode">,
  { violations, pending = [], tied = [], hosts = "needed", withoutState = false }: Beside = {},
): Promise<Verdict> {
  // The engine did not even begin, and says why.
  if (events === "" && engine.exitCode !== 0) return notJudged(context);
  try {
    const parsed = parseUpdate(events);
    if (!violations) refuseUnlessAsked(parsed);
    const update = {
      ...parsed,
      ...(violations ? { violations } : {}),
      tied,
      pending: judgedPending(pending, wasInterrupted(context)),
    };
    const now = new Date();
    const { settings } = configured;
    const facts = {
      ...factsOf(context, configured, now),
      backup: await backupFact(context, settings, update, hosts, now),
    };
    const given = readExceptions(context);
    // Whether an exception is needed can only be said of an update that is known to its end, from its begin.
    const isKnown = update.succeeded && !withoutState;
    const judgement = judgeUpdate(update, facts, exceptionsOf(context.stack, given.exceptions), isKnown);
    const errors = [...given.errors, ...judgement.errors].map((error) => `${EXCEPTIONS}: ${error}`);
    const all: Judgement = { ...judgement, errors };
    const causes = interruptions(update, facts);
    const migration = migrationEstimate({
      update,
      service: configured.settings.migration.service,
      facts,
      rehearsals: readRehearsals(context),
      now,
      stackOption: stackOption(context.stack),
    });
    const report = reportOn({
      withoutState,
      stack: context.stack,
      update,
      judgement: all,
      causes,
      facts,
      naming: {
        addressTasks: settings.profile.addressTasks ?? [],
        records: recordsBy(settings),
      },
      windows: settings.maintenance.windows,
      now,
      services: serviceFactsOf(context, settings),
      ...(migration === undefined ? {} : { migration }),
    });
    return {
      report,
      headline: headline(report),
      interrupts: new Map([...causes].filter(([, reasons]) => reasons.length > 0)),
      steps: canonicalSteps(update),
      violations: update.violations,
    };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    // What the engine refused by itself needs no second reason.
    return notJudged(context, engine.exitCode !== 0 ? undefined : error.message);
  }
}

/** Asked for only where something hangs on it: it takes calls of Docker. */
async function backupFact(
  context: Context,
  settings: Settings,
  update: Update,
  hosts: NonNullable<Beside["hosts"]>,
  now: Date,
): Promise<BackupProof | undefined> {
  if (!settings.backup) return undefined;
  const { backupProof, needsBackup } = lazy.backupProof();
  if (!needsBackup(update)) return undefined;
  return backupProof(context, settings, settings.backup, hosts !== "needed", now);
}

function recordsBy({ dns, profile }: Settings): NameFacts["records"] {
  if (dns.provider === "manual") return "checked";
  // A product for trying out is reached by names that need no record.
  return dns.provider === "none" && !profile.localOnly ? "people" : "stack";
}

/** Nothing found by a pack that was not asked says nothing. A preview that failed may not have got to all resources. */
function refuseUnlessAsked({ succeeded, unasked }: Update): void {
  if (!succeeded || unasked.length === 0) return;
  const [first] = unasked;
  const others = unasked.length > 1 ? ` and ${unasked.length - 1} other resources` : "";
  throw new GateError(`the policy pack was not asked about ${first}${others}`);
}

function readExceptions({ checkout }: Context): ReturnType<typeof parseExceptions> {
  try {
    return parseExceptions(readFileSync(join(checkout, EXCEPTIONS), "utf8"), (rule) => {
      if (rules.some(({ id }) => id === rule)) return "gate";
      // The pack's rules take long to load, and lie in files of their names.
      const isPacks = /^[a-z]+(-[a-z]+)+$/.test(rule) && existsSync(join(checkout, PACK_RULES, `${rule}.ts`));
      return isPacks ? "pack" : undefined;
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { exceptions: [], errors: [] };
    throw error;
  }
}
