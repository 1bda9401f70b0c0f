import { mayInterrupt, nextOpening, inZone, type Window } from "../../policies/gate/windows";
import { refusal } from "../exit";

/** An interruption outside the maintenance windows that somebody answers for: what the audit log says of it. */
export type Emergency = {
  reason: string;
  /** Causes by service. */
  interrupts: Record<string, string[]>;
};

/**
 * @param interrupts causes of an interruption by service; empty when nothing is interrupted
 * @param reason what was given with --emergency
 * @returns what is to be recorded when the reason overrides a closed window; undefined when nothing stands in the way
 * @throws CliError when no window is open and no reason is given
 */
export function emergencyNeeded(
  interrupts: Map<string, string[]>,
  windows: Window[],
  reason: string | undefined,
  now = new Date(),
): Emergency | undefined {
  if (interrupts.size === 0 || mayInterrupt(windows, now)) return undefined;
  if (reason !== undefined) return { reason, interrupts: Object.fromEntries(interrupts) };
  const causes = [...interrupts].map(([service, reasons]) => `  ${service}: ${reasons.join("; ")}`);
  throw refusal(
    [
      "nothing was changed: the update interrupts the service, and no maintenance window is open:",
      ...causes,
      `Run \`up\` in a window (${nextWindow(windows, now)}), or now with --emergency "reason", which is recorded.`,
    ].join("\n"),
  );
}

/** When a window opens next, for people, by the clock of the window that does. */
export function nextWindow(windows: Window[], now: Date): string {
  const next = nextOpening(windows, now);
  return next ? `the next one opens ${inZone(next.window.zone, next.at)}` : "none opens within 15 days";
}
