import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../operations/replace-file";
import type { Finding } from "../../policies/gate/rule";
import type { Context } from "../context";
import { stateFile } from "../state";
import { contentOf, digest, digestSources, digestWritten } from "./digest";

/** All that the policy pack's verdict follows from, as digests. */
export interface PackSubject {
  /** Configuration, program, operations and policies. */
  given: string;
  /** State, byte by byte. */
  state: string;
}

/** Verdicts that are remembered: enough for a branch and back. */
const MOST = 8;

interface Passed extends PackSubject {
  /** What the pack had to say without refusing. */
  findings: Finding[];
}

/** What the pack would be asked about now; undefined where the state is not in a file. */
export function packSubject(context: Context): PackSubject | undefined {
  const file = stateFile(context);
  if (file === undefined || !existsSync(file)) return undefined;
  const { program, operations, policies } = digestSources(context);
  return {
    given: digest(digestWritten(context), program, operations, policies),
    state: digest(contentOf(file)),
  };
}

/**
 * What the pack found when it let this very subject pass. Equal subjects have equal verdicts, so an engine need not be
 * given the pack again, which takes most of a second.
 */
export function findPassed(
  context: Pick<Context, "stackDir">,
  subject: PackSubject | undefined,
): Finding[] | undefined {
  if (!subject) return undefined;
  return read(context).find(({ given, state }) => given === subject.given && state === subject.state)
    ?.findings;
}

/** Keeps that the pack let something pass. */
export function rememberPassed(
  context: Pick<Context, "stackDir">,
  { given, state }: PackSubject,
  findings: Finding[],
): void {
  const others = read(context).filter((each) => each.given !== given || each.state !== state);
  const all = [{ given, state, findings }, ...others].slice(0, MOST);
  replaceFile(passedFile(context), JSON.stringify(all), 0o600);
}

function passedFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "policies-passed.json");
}

/** Whoever can write this file can write the stack's keys beside it: it is as good as they are. */
function read(context: Pick<Context, "stackDir">): Passed[] {
  try {
    const parsed = JSON.parse(readFileSync(passedFile(context), "utf8")) as Passed[];
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    // Not there, or torn: then the pack is asked.
    return [];
  }
}
