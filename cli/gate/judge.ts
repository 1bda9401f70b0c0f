import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../policies/gate/events";
import { EXCEPTIONS, exceptionsOf, type Judgement, parseExceptions } from "../../policies/gate/exceptions";
import { interruptions } from "../../policies/gate/interruption";
import { judgeUpdate } from "../../policies/gate/judge";
import type { Finding } from "../../policies/gate/rule";
import { rules } from "../../policies/gate/rules";
import { canonicalSteps } from "../../policies/gate/steps";
import { parseUpdate, type Update } from "../../policies/gate/update";
import { type Context, stackOption } from "../context";
import type { EngineResult } from "../engine";
import { migrationEstimate } from "../rehearsal/estimate";
import { readRehearsals } from "../rehearsal/record";
import { factsOf, serviceFactsOf } from "./facts";
import { reportOn, reportUnjudged } from "../report/report";
import { headline } from "../report/text";
import type { Configured, Verdict } from "./judged-preview";

/** For an engine that was stopped, or refused by itself: it says why. */
export function notJudged({ stack }: Pick<Context, "stack">, reason?: string): Verdict {
  const report = reportUnjudged(stack, reason);
  return { report, headline: headline(report), interrupts: new Map(), steps: "", violations: [] };
}

/**
 * The gate's verdict on a preview.
 * @param events the engine's event log of that run; it holds secrets
 * @param violations what the policy pack found before, if the engine was not given it
 */
export function judge(
  context: Context,
  configured: Pick<Configured, "settings" | "memoryMiB">,
  events: string,
  engine: Pick<EngineResult, "exitCode">,
  violations?: Finding[],
): Verdict {
  // The engine did not even begin, and says why.
  if (events === "" && engine.exitCode !== 0) return notJudged(context);
  try {
    const parsed = parseUpdate(events);
    if (!violations) refuseUnlessAsked(parsed);
    const update = violations ? { ...parsed, violations } : parsed;
    const now = new Date();
    const { settings } = configured;
    const facts = factsOf(context, configured, now);
    const given = readExceptions(context);
    const judgement = judgeUpdate(update, facts, exceptionsOf(context.stack, given.exceptions));
    // Whether an exception is needed can only be said of an update that is known to its end.
    const errors = [...given.errors, ...(update.succeeded ? judgement.errors : [])].map(
      (error) => `${EXCEPTIONS}: ${error}`,
    );
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
      stack: context.stack,
      update,
      judgement: all,
      causes,
      facts,
      naming: {
        addressTasks: settings.profile.addressTasks ?? [],
        // A product for trying out is reached by names that need no record.
        recordsByHand: settings.dns.provider !== "cloudflare" && !settings.profile.localOnly,
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

/** Nothing found by a pack that was not asked says nothing. A preview that failed may not have got to all resources. */
function refuseUnlessAsked({ succeeded, unasked }: Update): void {
  if (!succeeded || unasked.length === 0) return;
  const [first] = unasked;
  const others = unasked.length > 1 ? ` and ${unasked.length - 1} other resources` : "";
  throw new GateError(`the policy pack was not asked about ${first}${others}`);
}

function readExceptions({ checkout }: Context): ReturnType<typeof parseExceptions> {
  try {
    return parseExceptions(readFileSync(join(checkout, EXCEPTIONS), "utf8"), rules);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { exceptions: [], errors: [] };
    throw error;
  }
}
