import type { Settings } from "../../config/settings";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { type EngineOptions, type EngineResult, runEngine } from "../engine";
import { exitCode } from "../exit";
import { lazy } from "../lazy";
import type { Redactor } from "../redact";
import { mapTexts } from "../report/map-texts";
import type { PreviewReport } from "../report/report";
import { EventLog } from "./event-log";

/** What the gate says about a preview. */
export interface Verdict {
  /** What happens, whether people notice, what is refused and why. */
  report: PreviewReport;
  /** The report's first page as text; "" where nothing can be said. */
  headline: string;
  /** Why people would notice, by service; services without a cause are not in it. */
  interrupts: Map<string, string[]>;
}

/** A preview that the gate has judged; its texts are without secrets. */
export interface JudgedPreview extends Verdict {
  engine: EngineResult;
}

/** What the judgement needs of the configuration, once it is checked. */
export interface Configured {
  settings: Settings;
  redactor: Redactor;
  /** Memory of the host with services, edge and database, if it was asked; without it nothing is refused for its sake. */
  memoryMiB?: number | undefined;
}

/**
 * Previews by the engine and judges the very events of that run. Nothing is printed: the engine's output is held.
 * @param flags further flags of `pulumi preview`
 * @param configured while it is outstanding the engine runs already; if it is rejected the engine is stopped
 */
export async function judgedPreview(
  context: Context,
  toolchain: Toolchain,
  flags: string[],
  configured: Configured | Promise<Configured>,
  options: Pick<EngineOptions, "started" | "token"> = {},
): Promise<JudgedPreview> {
  const log = EventLog.create(context);
  try {
    const engine = await runEngine(context, toolchain, ["preview", ...flags, ...log.flags], {
      ...options,
      redactor: Promise.resolve(configured).then(({ redactor }) => redactor),
      output: "hold",
      environment: log.environment,
    });
    const config = await configured;
    const { judge, notJudged } = lazy.gate();
    const verdict = engine.interrupted ? notJudged(context) : judge(context, config, log.take(), engine);
    const withoutSecrets = (text: string) => config.redactor.text(text);
    return {
      ...verdict,
      engine,
      report: mapTexts(verdict.report, withoutSecrets),
      headline: withoutSecrets(verdict.headline),
    };
  } finally {
    log.remove();
  }
}

/** How a command ends after a preview: refused by the gate, or as the engine did. */
export function exitCodeOf({ engine, report: { refused } }: JudgedPreview): number {
  if (engine.interrupted) return exitCode.interrupted;
  if (refused) return exitCode.refused;
  return engine.exitCode === 0 ? exitCode.ok : exitCode.failed;
}
