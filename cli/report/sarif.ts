import { createHash } from "node:crypto";
import { EXCEPTIONS } from "../../policies/gate/exceptions";
import type { Finding } from "../../policies/gate/rule";
import type { DocumentArgs } from "./formats";
import { messagesOf } from "./messages";
import type { PreviewReport } from "./report";

/** What a result in SARIF needs of a finding; errors of the exceptions file and an unjudged preview are ones too. */
type Entry = Pick<Finding, "rule" | "level" | "problem" | "why" | "remedy" | "source"> & {
  urn?: string;
  name?: string;
  /** File that it is about, relative to the checkout. */
  file: string;
  suppression?: string;
};

const LEVELS = { mandatory: "error", advisory: "warning", repair: "note" } as const;

/** A log in SARIF 2.1.0 (OASIS): one run, whose results are the gate's findings. */
export function render({ report, engine, configFile }: DocumentArgs): string {
  const entries = entriesOf(report, configFile);
  const rules = [...new Map(entries.map((entry) => [entry.rule, entry])).values()];
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "strongroom", rules: rules.map(ruleOf) } },
        automationDetails: { id: `strongroom-preview/${report.stack}/` },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: report.judged && report.succeeded,
            toolExecutionNotifications: notificationsOf(report, engine),
            properties: {
              refused: report.refused,
              ...(report.withoutState ? { withoutState: true } : {}),
              counts: report.counts,
              ...(report.digest === undefined ? {} : { digest: report.digest }),
            },
          },
        ],
        results: entries.map((entry) => resultOf(entry, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function entriesOf(report: PreviewReport, configFile: string): Entry[] {
  const { findings, suppressed, errors, notJudged } = report;
  return [
    ...(notJudged === undefined
      ? []
      : [
          {
            rule: "not-judged",
            level: "mandatory" as const,
            problem: notJudged,
            why: "What cannot be judged may do anything.",
            remedy: "Correct what the message names and preview again.",
            source: "strongroom",
            file: configFile,
          },
        ]),
    ...errors.map((error) => ({
      rule: "exceptions",
      level: "mandatory" as const,
      problem: error,
      why: "An exception that is wrong, expired or not needed hides what nobody answers for.",
      remedy: `Correct or remove it in ${EXCEPTIONS}.`,
      source: "strongroom",
      file: EXCEPTIONS,
    })),
    ...findings.map((finding) => ({ ...finding, file: configFile })),
    ...suppressed.map(({ finding, owner, ticket, reason, expires, daysLeft }) => ({
      ...finding,
      file: configFile,
      suppression: `${owner}, ${ticket}: ${reason} (until ${expires}, ${daysLeft} days left)`,
    })),
  ];
}

function ruleOf({ rule, level, why, remedy, source }: Entry) {
  return {
    id: rule,
    shortDescription: { text: why },
    fullDescription: { text: why },
    help: { text: `${why}\nRemedy: ${remedy}\nSource: ${source}` },
    defaultConfiguration: { level: LEVELS[level] },
    properties: { source },
  };
}

function resultOf({ rule, level, problem, remedy, urn, name, file, suppression }: Entry, rules: Entry[]) {
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex((each) => each.rule === rule),
    level: LEVELS[level],
    message: { text: `${name === undefined ? "" : `${name}: `}${problem}. Remedy: ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: file.split("/").map(encodeURIComponent).join("/"),
            uriBaseId: "%SRCROOT%",
          },
          region: { startLine: 1 },
        },
        ...(urn === undefined
          ? {}
          : { logicalLocations: [{ name, fullyQualifiedName: urn, kind: "resource" }] }),
      },
    ],
    // A finding that is still there in the next preview is the same one, whatever its words.
    partialFingerprints: { "finding/v1": fingerprint(rule, urn ?? problem) },
    ...(suppression === undefined
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: suppression }] }),
  };
}

/** One finding of a rule on one resource; SHA-256 in hex. */
function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function notificationsOf({ succeeded }: PreviewReport, engine: DocumentArgs["engine"]) {
  const text = succeeded ? "" : messagesOf(engine);
  return text === "" ? [] : [{ level: "error", message: { text } }];
}
