import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const root = join(__dirname, "..");

export const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface Job {
  if?: string;
  permissions?: Record<string, string>;
  environment?: string;
  concurrency?: { group?: string; "cancel-in-progress"?: unknown };
  steps: Step[];
}

export interface Workflow {
  on: Record<string, unknown>;
  permissions?: unknown;
  env?: unknown;
  jobs: Record<string, Job>;
}

export const parseWorkflow = (text: string) => parse(text) as Workflow;

/** The one event that a job runs on; undefined where its condition does not begin with one, or has alternatives. */
const onlyEvent = (job: Job) =>
  /^(?:!cancelled\(\) && )?github\.event_name == '(\w+)'(?: && [^|]*)?$/.exec(job.if?.trim() ?? "")?.[1];

/**
 * What is wrong with a workflow of GitHub.
 * @param writers jobs that may have a permission to write, by name, with what it is
 */
export function workflowProblems(
  workflow: Workflow,
  text: string,
  writers: Record<string, string>,
): string[] {
  const problems: string[] = [];
  if (JSON.stringify(workflow.permissions) !== "{}") problems.push("the workflow has permissions of its own");
  if (workflow.env !== undefined) problems.push("the workflow gives every job an environment");
  if (/StrictHostKeyChecking[ =]*(no|accept-new|off)|ssh-keyscan/i.test(text))
    problems.push("a host key is not pinned");
  if (/\bsecrets: *inherit|toJSON\( *secrets/i.test(text)) problems.push("all secrets are handed on");
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const say = (problem: string) => problems.push(`${name}: ${problem}`);
    if (!job.permissions) say("has no permissions of its own");
    for (const [scope, access] of Object.entries(job.permissions ?? {})) {
      if (`${scope}: ${access}` !== "contents: read" && writers[name] !== `${scope}: ${access}`)
        say(`has ${scope}: ${access}`);
    }
    const onHead = "pull_request" in workflow.on && onlyEvent(job) !== "pull_request_target";
    const hasSecrets = /\bsecrets\b/.test(JSON.stringify(job)) || job.environment !== undefined;
    if (onHead && hasSecrets) say("runs the head's code and has secrets");
    if (onHead && /github\.token|GITHUB_TOKEN/.test(JSON.stringify(job)))
      say("runs the head's code and has a token");
    for (const step of job.steps) stepProblems(step, onHead).forEach(say);
  }
  return problems;
}

function stepProblems(step: Step, onHead: boolean): string[] {
  const problems: string[] = [];
  if (step.uses !== undefined && !/^actions\/[\w-]+@[0-9a-f]{40}$/.test(step.uses))
    problems.push(`${step.uses} is not pinned, or not GitHub's own`);
  // Not only what a pull request's author writes: nothing at all is put into a script.
  if (step.run?.includes("${{")) problems.push("an expression is put into a script");
  if (step.uses?.startsWith("actions/checkout@")) {
    if (step.with?.ref !== undefined || step.with?.repository !== undefined)
      problems.push("checks out something else than the event's own commit");
    if (onHead && step.with?.["persist-credentials"] !== false)
      problems.push("leaves a token where the head's code runs");
  }
  if (/\bnpm (ci|i|install|rebuild)\b(?!.*--ignore-scripts)/.test(step.run ?? ""))
    problems.push("runs the packages' install scripts");
  if (step.uses?.startsWith("actions/cache@")) problems.push("shares a cache");
  return problems;
}

/** What is wrong with the job that applies. */
export function applyProblems({ on, jobs }: Workflow): string[] {
  const problems: string[] = [];
  if (JSON.stringify(on) !== '{"push":{"branches":["main"]}}')
    problems.push("runs on more than a push to main");
  const holders = Object.values(jobs).filter((job) => JSON.stringify(job).includes("STRONGROOM_SSH_KEY"));
  if (holders.length !== 1) problems.push("not exactly one job holds the Docker host's key");
  for (const { environment, concurrency } of holders) {
    if (environment !== "production") problems.push("is not in environment production");
    if (!concurrency?.group || concurrency.group.includes("${{")) problems.push("two could run at once");
    if (concurrency?.["cancel-in-progress"] !== false) problems.push("is cancelled for the next one");
  }
  return problems;
}

export interface GitlabJob {
  rules?: { if?: string; when?: string }[];
  tags?: string[];
  script?: string[];
  environment?: { name: string; action?: string };
  resource_group?: string;
  interruptible?: boolean;
  image?: string;
  variables?: Record<string, string>;
}

const globals = ["workflow", "variables", "default", "stages", "include"];

/** Jobs by name, and beside them the keywords of `globals`. */
export type Pipeline = Record<string, GitlabJob>;

export const parsePipeline = (text: string) => parse(text) as Pipeline;

/** What is wrong with a pipeline of GitLab. */
export function pipelineProblems(pipeline: Pipeline, text: string): string[] {
  const problems: string[] = [];
  const protectedRefs = [
    '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
    '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
  ];
  const ofMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"';
  if (/StrictHostKeyChecking[ =]*(no|accept-new|off)|ssh-keyscan/i.test(text))
    problems.push("a host key is not pinned");
  if (pipeline.include !== undefined) problems.push("takes jobs from elsewhere");
  for (const { if: condition } of pipeline.workflow?.rules ?? [{}]) {
    if (![...protectedRefs, ofMergeRequest].includes(condition!)) problems.push(`a pipeline on ${condition}`);
  }
  for (const [name, job] of Object.entries(pipeline).filter(([name]) => !globals.includes(name))) {
    const say = (problem: string) => problems.push(`${name}: ${problem}`);
    if (!job.rules?.length) say("runs in every pipeline");
    if (job.image !== undefined && !/@sha256:[0-9a-f]{64}$/.test(job.image))
      say(`${job.image} is not pinned`);
    const onHead = job.rules?.some((rule) => !protectedRefs.includes(rule.if!)) ?? true;
    if (onHead && job.environment) say("runs the head's code and has an environment");
    if (
      JSON.stringify(job.tags) !== JSON.stringify([onHead ? "strongroom-untrusted" : "strongroom-protected"])
    )
      say("is on the wrong runners");
    for (const line of job.script ?? []) {
      if (/\$\{?CI_(MERGE_REQUEST|COMMIT)_|\beval\b/.test(line)) say("a script with what an author writes");
      if (/\bnpm (ci|i|install|rebuild)\b(?!.*--ignore-scripts)/.test(line))
        say("runs the packages' install scripts");
    }
    if (!JSON.stringify(job.script).includes("ci/apply.sh")) continue;
    if (job.environment?.name !== "production" || job.environment.action !== undefined)
      say("is not in environment production");
    if (job.resource_group === undefined) say("two could run at once");
    if (job.interruptible !== false) say("is cancelled for the next one");
  }
  return problems;
}
