import type { Settings } from "../../config/settings";
import type { Connections, Finding } from "../../policies/gate/rule";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { type EngineOptions, type EngineResult, runEngine } from "../engine";
import { exitCode } from "../exit";
import { lazy } from "../lazy";
import type { Redactor } from "../redact";
import { mapTexts } from "../report/map-texts";
import type { PreviewReport } from "../report/report";
import { readState, stateFile } from "../state";
import { EventLog } from "./event-log";
import type { Beside } from "./judge";
import { findPassed, type PackSubject, packSubject, rememberPassed } from "./passed";

/** Gives the engine the policies; relative to the checkout, in which it runs. */
export const PACK_FLAGS = ["--policy-pack", "policies/pack"];

/** What the gate says about a preview. */
export interface Verdict {
  /** What happens, whether people notice, what is refused and why. */
  report: PreviewReport;
  /** The report's first page as text; "" where nothing can be said. */
  headline: string;
  /** Why people would notice, by service; services without a cause are not in it. */
  interrupts: Map<string, string[]>;
  /** `canonicalSteps` of the update; "" where nothing can be said. */
  steps: string;
  /** What the policy pack has found; it is in the report too. */
  violations: Finding[];
}

/** A preview that the gate has judged; its texts are without secrets. */
export interface JudgedPreview extends Verdict {
  engine: EngineResult;
  /** What the policy pack was, or would have been, asked about, if that is known. */
  subject: PackSubject | undefined;
}

/** What the judgement needs of the configuration, once it is checked. */
export interface Configured {
  settings: Settings;
  redactor: Redactor;
  /** Memory of the host with services, edge and database, if it was asked; without it nothing is refused for its sake. */
  memoryMiB?: number | undefined;
  /** Connections to the database, if it was asked. */
  connections?: Connections | undefined;
  /** Identifier of the Docker daemon of each host that was asked, by the host's name. */
  daemons?: Record<string, string>;
}

interface PreviewOptions
  extends Pick<EngineOptions, "started" | "token">, Pick<Beside, "hosts" | "withoutState"> {
  /** Whether the engine is given the policy pack also for what the pack is known to have let pass. */
  askPackAgain: boolean;
}

/**
 * Previews by the engine and judges the very events of that run, by policies and gate. Nothing is printed: the engine's
 * output is held.
 * @param flags further flags of `pulumi preview`
 * @param configured while it is outstanding the engine runs already; if it is rejected the engine is stopped
 */
export async function judgedPreview(
  context: Context,
  toolchain: Toolchain,
  flags: string[],
  configured: Configured | Promise<Configured>,
  { askPackAgain, hosts, withoutState, ...options }: PreviewOptions,
): Promise<JudgedPreview> {
  const subject = packSubject(context);
  const passed = askPackAgain ? undefined : findPassed(context, subject);
  const pack = passed ? [] : PACK_FLAGS;
  const log = EventLog.create(context);
  // An engine of its own where state is not in a file: side by side with the preview.
  const state = stateFactsOf(context, toolchain);
  state.catch(() => undefined);
  try {
    const engine = await runEngine(context, toolchain, ["preview", ...flags, ...pack, ...log.flags], {
      ...options,
      redactor: Promise.resolve(configured).then(({ redactor }) => redactor),
      output: "hold",
      environment: log.environment,
    });
    const config = await configured;
    const { judge, notJudged } = lazy.gate();
    const verdict = engine.interrupted
      ? notJudged(context)
      : await judge(context, config, log.take(), engine, {
          violations: passed,
          ...(await state),
          ...(hosts ? { hosts } : {}),
          ...(withoutState ? { withoutState } : {}),
        });
    const withoutSecrets = (text: string) => config.redactor.text(text);
    if (!passed) rememberIfPassed(context, subject, verdict);
    return {
      ...verdict,
      engine,
      subject,
      report: mapTexts(verdict.report, withoutSecrets),
      headline: withoutSecrets(verdict.headline),
    };
  } finally {
    log.remove();
  }
}

/** What the engine's events do not say of the state. */
async function stateFactsOf(
  context: Context,
  toolchain: Toolchain,
): Promise<Required<Pick<Beside, "pending" | "tied">>> {
  const state =
    stateFile(context) === undefined
      ? await lazy.stateEdit().loadState(context, toolchain)
      : readState(context);
  return {
    pending: state?.pendingOperations ?? [],
    tied: (state?.resources ?? []).flatMap(({ urn, deletedWith }) =>
      deletedWith ? [{ urn, name: urn.split("::").at(-1)!, to: deletedWith }] : [],
    ),
  };
}

/** Of a subject that is still what it was when the engine began. */
function rememberIfPassed(
  context: Context,
  subject: PackSubject | undefined,
  { report: { succeeded }, violations }: Verdict,
): void {
  if (!succeeded || violations.some(({ level }) => level === "mandatory")) return;
  const now = packSubject(context);
  if (!subject || now?.given !== subject.given || now.state !== subject.state) return;
  rememberPassed(context, subject, violations);
}

/** How a command ends after a preview: refused by the gate, or as the engine did. */
export function exitCodeOf({ engine, report: { refused } }: JudgedPreview): number {
  if (engine.interrupted) return exitCode.interrupted;
  if (refused) return exitCode.refused;
  return engine.exitCode === 0 ? exitCode.ok : exitCode.failed;
}
