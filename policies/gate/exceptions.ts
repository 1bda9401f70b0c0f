import { parseDocument } from "yaml";
import { z } from "zod";
import type { Finding } from "./rule";

/** Exceptions of all stacks, in the checkout: changing them is a reviewed diff like any other. */
export const EXCEPTIONS = "policies/exceptions.yaml";

/** Somebody answers for one finding, for a time. */
const exception = z.strictObject({
  rule: z.string(),
  /** URN of the resource, or its name in the program. */
  resource: z
    .string()
    .min(1)
    .refine((value) => !/[*?]/.test(value), "is for one resource: no * and no ?"),
  owner: z.string().trim().min(1, "needs somebody who answers for it"),
  reason: z.string().trim().min(1, "needs a reason"),
  ticket: z.string().trim().min(1, "needs a ticket"),
  expires: z.iso.date("must be a date, YYYY-MM-DD"),
});

const file = z.strictObject({ exceptions: z.array(exception) });

export type Exception = z.infer<typeof exception>;

/** Longest life of an exception, days: what holds longer belongs into the rule or the design. */
const LONGEST_DAYS = 366;
const DAY = 86_400_000;

/** A finding that stands aside, with who answers for it. */
export interface Suppressed {
  finding: Finding;
  exception: Exception;
  /** Full days left. */
  daysLeft: number;
}

export interface Judgement {
  findings: Finding[];
  suppressed: Suppressed[];
  /** What is wrong with the exceptions themselves: sentences. */
  errors: string[];
}

/** Whose rule it is: the gate judges what it excepts by itself, the policy pack has to know of it beforehand. */
export type RuleKind = "gate" | "pack";

/**
 * @param text content of policies/exceptions.yaml
 * @param kindOf undefined for a rule that does not exist
 * @returns the exceptions, and sentences about what is wrong with the file
 */
export function parseExceptions(
  text: string,
  kindOf: (rule: string) => RuleKind | undefined,
): { exceptions: Exception[]; errors: string[] } {
  const document = parseDocument(text);
  if (document.errors.length > 0) return { exceptions: [], errors: ["it is no YAML"] };
  const { success, data, error } = file.safeParse(document.toJS());
  if (!success)
    return {
      exceptions: [],
      errors: error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
    };
  const errors = data.exceptions.flatMap(({ rule, resource }, index) => {
    const kind = kindOf(rule);
    if (kind === undefined) return [`exceptions.${index}.rule: there is no rule ${rule}`];
    // The pack is asked about one resource after the other: it cannot see that two have the same name.
    if (kind === "pack" && !resource.startsWith("urn:"))
      return [`exceptions.${index}.resource: for a rule of the policies it must be the URN`];
    return [];
  });
  return { exceptions: data.exceptions, errors };
}

/** Those that may concern a stack: a URN names its stack, a name is for any. */
export function exceptionsOf(stack: string, exceptions: Exception[]): Exception[] {
  return exceptions.filter(
    ({ resource }) => !resource.startsWith("urn:") || resource.startsWith(`urn:pulumi:${stack}::`),
  );
}

/** Full days left of an exception, below 0 when it has expired: it holds through its last day, by the clock of UTC. */
function daysOf({ expires }: Exception, now: Date): number {
  const left = Date.parse(expires) + DAY - now.getTime();
  return left <= 0 ? -1 : Math.floor(left / DAY);
}

/**
 * Who answers for what the policy pack finds, by rule and URN: exceptions that are in force and for one resource.
 * @param text content of policies/exceptions.yaml; one that is not in order has none
 */
export function answersIn(text: string, now: Date): Map<string, Map<string, string>> {
  const answers = new Map<string, Map<string, string>>();
  const { exceptions, errors } = parseExceptions(text, (rule) => (rule.startsWith("chg-") ? "gate" : "pack"));
  for (const exception of errors.length > 0 ? [] : exceptions) {
    const { rule, resource, owner, ticket, reason, expires } = exception;
    const left = daysOf(exception, now);
    if (!resource.startsWith("urn:") || left < 0 || left > LONGEST_DAYS) continue;
    const answer = `by ${owner}, ${ticket}: ${reason} (until ${expires}, ${left} days left)`;
    answers.set(rule, new Map([...(answers.get(rule) ?? []), [resource, answer.replace(/\s+/g, " ")]]));
  }
  return answers;
}

/**
 * Takes findings out that an exception is for. One that has expired, is for more than one resource, or that nothing
 * needed is an error. What restores an interrupted run needs none.
 * @param isKnown whether all is found that a rule may find: else nobody can say that an exception from it is not needed
 */
export function applyExceptions(
  found: Finding[],
  exceptions: Exception[],
  now: Date,
  isKnown: (rule: string) => boolean = () => true,
): Judgement {
  const errors: string[] = [];
  const suppressed: Suppressed[] = [];
  let findings = found;
  for (const exception of exceptions) {
    const label = `exception for ${exception.rule} on ${exception.resource} (${exception.owner}, ${exception.ticket})`;
    const daysLeft = daysOf(exception, now);
    const matched = found.filter(
      ({ rule, urn, name }) =>
        rule === exception.rule && (urn === exception.resource || name === exception.resource),
    );
    if (daysLeft < 0) errors.push(`${label} expired on ${exception.expires}`);
    else if (daysLeft > LONGEST_DAYS) errors.push(`${label} is for longer than a year`);
    else if (matched.length === 0) {
      if (isKnown(exception.rule)) errors.push(`${label} is not needed: remove it`);
    } else if (new Set(matched.map(({ urn }) => urn)).size > 1)
      errors.push(`${label} is for more than one resource: give the URN`);
    else {
      findings = findings.filter((finding) => !matched.includes(finding));
      suppressed.push(...matched.map((finding) => ({ finding, exception, daysLeft })));
    }
  }
  return { findings, suppressed, errors };
}
