import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeRows, codeSpans, section } from "../test/docs/documents";
import { layers } from "../test/run";
import {
  applyProblems,
  parsePipeline,
  parseWorkflow,
  pipelineProblems,
  read,
  root,
  workflowProblems,
  type Pipeline,
  type Workflow,
} from "./workflow-rules";

const folder = ".github/workflows";
const files = readdirSync(join(root, folder));
const writers: Record<string, Record<string, string>> = {
  "preview.yml": { comment: "pull-requests: write" },
};

function problemsOf(file: string, change: (workflow: Workflow) => void = () => undefined): string[] {
  const workflow = parseWorkflow(read(`${folder}/${file}`));
  change(workflow);
  const problems = workflowProblems(workflow, JSON.stringify(workflow), writers[file] ?? {});
  return file === "apply.yml" ? [...problems, ...applyProblems(workflow)] : problems;
}

describe("the workflows for GitHub", () => {
  it("are the two", () => expect(files.sort()).toEqual(["apply.yml", "preview.yml"]));

  it.each(files)("%s has nothing wrong", (file) => expect(problemsOf(file)).toEqual([]));

  it.each(files)("%s names the version of each action beside its commit", (file) => {
    const uses = read(`${folder}/${file}`).match(/uses: .*/g)!;
    for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("run on mocks the layers that need neither engine nor Docker", () => {
    const { jobs } = parseWorkflow(read(`${folder}/preview.yml`));
    const [, ...words] = jobs.mocks!.steps.at(-1)!.run!.split(" ");
    expect(words).toEqual(["test", ...layers.filter((layer) => !["conformance", "e2e"].includes(layer))]);
    expect(read(".gitlab-ci.yml")).toContain(jobs.mocks!.steps.at(-1)!.run!);
  });

  it("preview what nobody has looked at without state, and give that neither a secret nor a token", () => {
    const { jobs } = parseWorkflow(read(`${folder}/preview.yml`));
    const { steps, ...job } = jobs["without-state"]!;
    expect(job).toMatchObject({
      if: "github.event_name == 'pull_request'",
      permissions: { contents: "read" },
    });
    expect(JSON.stringify(job) + JSON.stringify(steps)).not.toMatch(/secrets|token|environment/i);
    expect(steps.at(-1)!.run).toContain("ci/without-state.sh");
    const pipeline = parsePipeline(read(".gitlab-ci.yml"));
    expect(pipeline["without-state"]!.script).toEqual([expect.stringContaining("ci/without-state.sh")]);
    expect(pipeline["without-state"]!.environment).toBeUndefined();
  });

  it("hold the Docker host's key where they apply, and nowhere else", () => {
    expect(read(`${folder}/preview.yml`)).not.toMatch(/SSH_KEY|KNOWN_HOSTS/);
    expect(read(`${folder}/apply.yml`)).toMatch(/STRONGROOM_SSH_KEY[^]*STRONGROOM_KNOWN_HOSTS/);
  });

  it("preview nothing of a fork, and only what was classified as configuration", () => {
    const { jobs } = parseWorkflow(read(`${folder}/preview.yml`));
    expect(jobs.preview!.if).toContain("verdict == 'preview' &&");
    expect(jobs.preview!.if).toContain("head.repo.full_name == github.repository");
    expect(jobs.preview!.environment).toBe("preview");
  });

  it("take no variable that the documents do not name, and none is left out", () => {
    const text = [...files.map((file) => `${folder}/${file}`)].map(read).join("\n");
    const used = [...text.matchAll(/\b(?:secrets|vars)\.(\w+)/g)].map(([, name]) => name!);
    const rows = codeRows(section("docs/pull-requests.md", "What is needed")).map(([cell]) =>
      codeSpans(cell!),
    );
    expect(new Set(rows.flat())).toEqual(new Set([...used, "STACK", "COMMENT_TOKEN"]));
    expect(used).toContain("STRONGROOM_SSH_KEY");
  });

  it("run scripts that are there and executable", () => {
    const named = [...files.map((file) => `${folder}/${file}`), ".gitlab-ci.yml"].flatMap((path) =>
      [...read(path).matchAll(/\bci\/[\w-]+\.(?:sh|mjs)/g)].map(([script]) => script),
    );
    expect(new Set(named)).toEqual(
      new Set(["ci/pull-request.sh", "ci/post-comment.mjs", "ci/apply.sh", "ci/without-state.sh"]),
    );
    for (const script of named.filter((name) => name.endsWith(".sh")))
      accessSync(join(root, script), constants.X_OK);
  });

  const head = "${{ github.event.pull_request.head.sha }}";
  const wrong: [string, string, (workflow: Workflow) => void, RegExp][] = [
    [
      "preview.yml",
      "permissions for all",
      (w) => (w.permissions = { contents: "read" }),
      /permissions of its own/,
    ],
    ["preview.yml", "no permissions at all", (w) => delete w.permissions, /permissions of its own/],
    [
      "preview.yml",
      "a secret for all",
      (w) => (w.env = { A: "${{ secrets.A }}" }),
      /every job an environment/,
    ],
    [
      "preview.yml",
      "a job without permissions",
      (w) => delete w.jobs.mocks!.permissions,
      /mocks: has no perm/,
    ],
    [
      "preview.yml",
      "another job that writes",
      (w) => (w.jobs.preview!.permissions = { "pull-requests": "write" }),
      /preview: has pull-requests: write/,
    ],
    [
      "preview.yml",
      "the comment's job with more",
      (w) => (w.jobs.comment!.permissions!.contents = "write"),
      /comment: has contents: write/,
    ],
    ["preview.yml", "a tag", (w) => (w.jobs.mocks!.steps[0]!.uses = "actions/checkout@v5"), /not pinned/],
    [
      "preview.yml",
      "an action by somebody",
      (w) => (w.jobs.mocks!.steps[0]!.uses = `a/b@${"0".repeat(40)}`),
      /GitHub/,
    ],
    [
      "preview.yml",
      "an environment at the head",
      (w) => (w.jobs.mocks!.environment = "preview"),
      /and has secrets/,
    ],
    [
      "preview.yml",
      "a secret at the head",
      (w) => (w.jobs.mocks!.steps[1]!.env = { A: "${{ secrets['A'] }}" }),
      /and has secrets/,
    ],
    [
      "preview.yml",
      "a token at the head",
      (w) => delete w.jobs.mocks!.steps[0]!.with,
      /mocks: leaves a token/,
    ],
    [
      "preview.yml",
      "a secret in the preview without state",
      (w) => (w.jobs["without-state"]!.steps[1]!.env!.A = "${{ secrets.A }}"),
      /without-state: runs the head's code and has secrets/,
    ],
    [
      "preview.yml",
      "the job's token at the head",
      (w) => (w.jobs.mocks!.steps[1]!.env = { A: "${{ github.token }}" }),
      /and has a token/,
    ],
    [
      "preview.yml",
      "a preview on both events",
      (w) => (w.jobs.preview!.if = "github.event_name == 'pull_request'"),
      /preview: runs the head's code and has secrets/,
    ],
    [
      "preview.yml",
      "a preview on one event or another",
      (w) => (w.jobs.preview!.if += " || true"),
      /preview: runs the head's code and has secrets/,
    ],
    [
      "preview.yml",
      "the head checked out with secrets",
      (w) => (w.jobs.preview!.steps[0]!.with = { ref: head }),
      /preview: checks out something else/,
    ],
    [
      "preview.yml",
      "a title in a script",
      (w) => (w.jobs.classify!.steps[1]!.run += head),
      /put into a script/,
    ],
    ["preview.yml", "install scripts", (w) => (w.jobs.mocks!.steps[1]!.run = "npm ci"), /install scripts/],
    [
      "preview.yml",
      "a cache",
      (w) => w.jobs.mocks!.steps.push({ uses: "actions/cache@v4" }),
      /shares a cache/,
    ],
    [
      "apply.yml",
      "a host key taken as it comes",
      (w) => (w.jobs.apply!.steps[1]!.run = "ssh -o StrictHostKeyChecking=no x"),
      /not pinned/,
    ],
    [
      "apply.yml",
      "a host key asked for",
      (w) => (w.jobs.apply!.steps[1]!.run = "ssh-keyscan x"),
      /not pinned/,
    ],
    ["apply.yml", "every push", (w) => (w.on = { push: {} }), /more than a push to main/],
    ["apply.yml", "no environment", (w) => delete w.jobs.apply!.environment, /not in environment production/],
    ["apply.yml", "no concurrency", (w) => delete w.jobs.apply!.concurrency, /two could run at once/],
    [
      "apply.yml",
      "cancelled",
      (w) => (w.jobs.apply!.concurrency!["cancel-in-progress"] = true),
      /cancelled for the next/,
    ],
    [
      "apply.yml",
      "cancelled at times",
      (w) => (w.jobs.apply!.concurrency!["cancel-in-progress"] = "${{ true }}"),
      /cancelled for the next/,
    ],
    ["apply.yml", "two that hold the key", (w) => (w.jobs.other = w.jobs.apply!), /not exactly one/],
  ];
  it.each(wrong)("in %s %s would be seen", (file, _, change, problem) => {
    expect(problemsOf(file, change)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });
});

describe("the pipeline for GitLab", () => {
  const problemsWith = (change: (pipeline: Pipeline) => void = () => undefined) => {
    const pipeline = parsePipeline(read(".gitlab-ci.yml"));
    change(pipeline);
    return pipelineProblems(pipeline, JSON.stringify(pipeline));
  };

  it("has nothing wrong", () => expect(problemsWith()).toEqual([]));

  const everything = '$CI_PIPELINE_SOURCE == "merge_request_event"';
  const wrong: [string, (pipeline: Pipeline) => void, RegExp][] = [
    [
      "a pipeline of every branch",
      (p) => p.workflow!.rules!.push({ if: "$CI_COMMIT_BRANCH" }),
      /a pipeline on/,
    ],
    ["a pipeline of everything", (p) => delete p.workflow, /a pipeline on/],
    ["jobs from elsewhere", (p) => (p.include = {}), /from elsewhere/],
    ["a job in every pipeline", (p) => delete p.preview!.rules, /preview: runs in every pipeline/],
    ["a job without a condition", (p) => p.apply!.rules!.push({ when: "manual" }), /has an environment/],
    [
      "a preview at the head",
      (p) => p.preview!.rules!.push({ if: everything }),
      /preview: runs the head's code/,
    ],
    [
      "an environment at the preview without state",
      (p) => (p["without-state"]!.environment = { name: "preview" }),
      /without-state: runs the head/,
    ],
    [
      "an environment at the head",
      (p) => (p.mocks!.environment = { name: "preview" }),
      /mocks: runs the head/,
    ],
    ["the protected runners at the head", (p) => (p.mocks!.tags = p.apply!.tags!), /mocks: is on the wrong/],
    ["secrets on shared runners", (p) => (p.apply!.tags = p.mocks!.tags!), /apply: is on the wrong/],
    ["an image by tag", (p) => (p.mocks!.image = "node:22"), /not pinned/],
    ["a title in a script", (p) => p.preview!.script!.push("echo $CI_MERGE_REQUEST_TITLE"), /author writes/],
    ["a branch in a script", (p) => p.preview!.script!.push("x ${CI_COMMIT_REF_NAME}"), /author writes/],
    ["install scripts", (p) => (p.mocks!.script = ["npm ci"]), /install scripts/],
    ["a host key asked for", (p) => p.apply!.script!.push("ssh-keyscan x"), /not pinned/],
    [
      "another environment",
      (p) => (p.apply!.environment = { name: "preview" }),
      /not in environment production/,
    ],
    ["no deployment", (p) => (p.apply!.environment!.action = "access"), /not in environment production/],
    ["no resource group", (p) => delete p.apply!.resource_group, /two could run at once/],
    ["interruptible", (p) => delete p.apply!.interruptible, /cancelled for the next/],
  ];
  it.each(wrong)("%s would be seen", (_, change, problem) => {
    expect(problemsWith(change)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });
});
