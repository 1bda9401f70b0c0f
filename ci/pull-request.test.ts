import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Repository, run, type Ended } from "./throw-away";

/** In the place of the strongroom command: says how it was called and prints a preview of the checkout's file. */
const strongroom = `#!/usr/bin/env bash
echo "$@" >>"$CALLS"
[[ $STRONGROOM_HOME == */home ]] && cat "$STRONGROOM_HOME/stacks/prod/passphrase" >>"$CALLS"
[[ -n \${SILENT:-} ]] || echo "<!-- strongroom-preview prod -->"
cat Pulumi.prod.yaml
exit "\${EXIT:-0}"
`;
const repository = new Repository({ "Pulumi.prod.yaml": "config: {}\n", strongroom });
const folder = join(repository.folder, "result");
const calls = join(repository.folder, "calls");
const output = join(repository.folder, "github-output");
beforeEach(() => {
  for (const path of [folder, calls, output]) rmSync(path, { recursive: true, force: true });
  repository.reset();
});
afterAll(() => repository.remove());

function pullRequest(mode: string, commit: string, env: Record<string, string> = {}): Promise<Ended> {
  return run([join(repository.checkout, "ci/pull-request.sh"), mode, folder], {
    cwd: repository.checkout,
    env: {
      STACK: "prod",
      HEAD_COMMIT: commit,
      PULUMI_BACKEND_URL: "s3://bucket",
      STRONGROOM_PASSPHRASE: "a passphrase",
      CALLS: calls,
      TMPDIR: repository.temporary(),
      ...env,
    },
  });
}

const left = (name: string) => readFileSync(join(folder, name), "utf8");
const called = () => (existsSync(calls) ? readFileSync(calls, "utf8") : "");
const marker = "<!-- strongroom-preview prod -->\n";

function changeConfig(text = "config: { changed: true }\n"): string {
  repository.write({ "Pulumi.prod.yaml": text });
  return repository.push();
}

function changeProgram(): string {
  repository.write({ strongroom: "#!/bin/sh\necho of the head >>$CALLS\n" });
  return changeConfig();
}

function changeNothing(): string {
  repository.write({ "Pulumi.other.yaml": "config: {}\n" });
  return repository.push();
}

function changeAndRemoveBranch(): string {
  const commit = changeConfig();
  repository.git(repository.author, "push", "--quiet", "origin", ":change");
  return commit;
}

const cases = [
  { verdict: "preview", change: changeConfig, text: /not previewed yet/ },
  {
    verdict: "mocks",
    change: changeProgram,
    text: /on mocks and previewed without state only[^]*- `strongroom`/,
  },
  { verdict: "nothing", change: changeNothing, text: /does not change `Pulumi\.prod\.yaml`/ },
  { verdict: "refused", change: changeAndRemoveBranch, text: /not the tip of a branch/ },
];

describe("pull-request.sh classify", () => {
  it.each(cases)("says $verdict, and calls nothing", async ({ verdict, change, text }) => {
    expect(await pullRequest("classify", change())).toMatchObject({ code: 0, stderr: "" });
    expect(left("verdict")).toBe(`${verdict}\n`);
    expect(left("comment.md").startsWith(marker)).toBe(true);
    expect(left("comment.md")).toMatch(text);
    expect(called()).toBe("");
  });

  it("fails, with a comment, where the repository cannot be read", async () => {
    repository.git(repository.checkout, "remote", "set-url", "origin", "/nonexistent");
    try {
      expect((await pullRequest("classify", changeConfig())).code).toBe(128);
      expect(left("comment.md")).toContain("could not be read");
    } finally {
      repository.git(repository.checkout, "remote", "set-url", "origin", repository.origin);
    }
  });

  it("hands GitHub a text that cannot end its own output", async () => {
    await pullRequest("classify", changeProgram(), { GITHUB_OUTPUT: output });
    const [verdict, begin, ...rest] = readFileSync(output, "utf8").trimEnd().split("\n");
    expect(verdict).toBe("verdict=mocks");
    const [, delimiter] = /^comment<<(end-[0-9a-f]{32})$/.exec(begin!)!;
    expect(rest.pop()).toBe(delimiter);
    expect(`${rest.join("\n")}\n`).toBe(left("comment.md"));
  });
});

describe("pull-request.sh preview", () => {
  it("previews the configuration that was taken, with the passphrase in a file that is removed", async () => {
    const commit = changeConfig();
    expect(await pullRequest("preview", commit)).toMatchObject({ code: 0, stderr: "" });
    expect(called()).toBe("preview --stack prod --digest --format markdown\na passphrase\n");
    expect(left("comment.md")).toBe(
      `${marker}config: { changed: true }\n\nPreviewed: configuration of \`${commit.slice(0, 12)}\`, program of \`${repository
        .git(repository.checkout, "rev-parse", "HEAD")
        .slice(0, 12)}\`.\n`,
    );
    expect(repository.leftovers()).toEqual([]);
  });

  it("posts what the gate refuses, and fails", async () => {
    expect((await pullRequest("preview", changeConfig(), { EXIT: "3" })).code).toBe(3);
    expect(left("comment.md")).toContain("changed: true");
  });

  it.each([
    ["0", 1],
    ["1", 1],
    ["2", 2],
  ])("prints nothing of an output without a marker, after exit code %s", async (EXIT, code) => {
    const ended = await pullRequest("preview", changeConfig(), { SILENT: "1", EXIT });
    expect(ended.code).toBe(code);
    expect(left("comment.md")).toContain(`failed with exit code ${EXIT}`);
    expect(left("comment.md")).not.toContain("changed: true");
  });

  it("says so where the text is too long", async () => {
    const ended = await pullRequest("preview", changeConfig("#".repeat(121 * 1024)));
    expect(ended.code).toBe(0);
    expect(left("comment.md")).toContain("too long");
    expect(left("comment.md").length).toBeLessThan(1000);
  });

  it.each(cases.slice(1))("previews nothing that is $verdict", async ({ change, text }) => {
    expect(await pullRequest("preview", change())).toMatchObject({ code: 3 });
    expect(left("comment.md")).toMatch(text);
    expect(called()).toBe("");
  });

  it("does not work with the Docker host's key", async () => {
    const ended = await pullRequest("preview", changeConfig(), { STRONGROOM_SSH_KEY: "key" });
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("STRONGROOM_SSH_KEY is set") });
    expect(called()).toBe("");
  });
});

it.each([["preview"], ["other", "x"], []])("pull-request.sh wants its arguments: %j %j", async (...args) => {
  const ended = await run([join(repository.checkout, "ci/pull-request.sh"), ...args], {
    cwd: repository.checkout,
    env: { STACK: "prod" },
  });
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("usage") });
});

it.each(["", "../x", "a b", "x\n"])("pull-request.sh wants a stack: %j", async (STACK) => {
  expect(await pullRequest("classify", changeConfig(), { STACK })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("names no stack"),
  });
});

describe("apply.sh", () => {
  const apply = (env: Record<string, string> = {}) =>
    run([join(repository.checkout, "ci/apply.sh")], {
      cwd: repository.checkout,
      env: {
        STACK: "prod",
        BRANCH: "main",
        PULUMI_BACKEND_URL: "s3://bucket",
        STRONGROOM_PASSPHRASE: "a passphrase",
        CALLS: calls,
        TMPDIR: repository.temporary(),
        ...env,
      },
    });

  it("applies the tip of the branch, and passes its exit code on", async () => {
    expect(await apply({ EXIT: "3" })).toMatchObject({ code: 3, stderr: "" });
    expect(called()).toBe("up --stack prod --yes\na passphrase\n");
    expect(repository.leftovers()).toEqual([]);
  });

  const tipSays = (message: string) => {
    repository.git(repository.author, "checkout", "--quiet", "main");
    repository.git(repository.author, "commit", "--quiet", "--allow-empty", "--message", message);
    repository.git(repository.author, "push", "--quiet", "origin", "main");
    repository.git(repository.checkout, "pull", "--quiet");
  };

  it("holds the update to the plan that the tip's message names", async () => {
    tipSays("More replicas\n\nThey are needed.\n\nStrongroom-Plan: plan1_abc");
    expect((await apply()).code).toBe(0);
    expect(called()).toBe("up --stack prod --yes --expect plan1_abc\na passphrase\n");
  });

  it("answers for the tasks that the tip's message names", async () => {
    const tasks = "Strongroom-Confirm: declare-server-3f9a1c\nStrongroom-Confirm: --emergency x";
    tipSays(`Another address\n\nStrongroom-Plan: plan1_abc\n${tasks}\nStrongroom-Confirm: links-80be52`);
    expect((await apply()).code).toBe(0);
    const confirmed = "--confirm declare-server-3f9a1c links-80be52";
    expect(called()).toBe(`up --stack prod --yes --expect plan1_abc ${confirmed}\na passphrase\n`);
  });

  it("does not choose between two plans", async () => {
    tipSays("More replicas\n\nStrongroom-Plan: plan1_abc\nStrongroom-Plan: plan1_def");
    expect(await apply()).toMatchObject({ code: 3, stderr: expect.stringContaining("more than one plan") });
    expect(called()).toBe("");
  });

  it.each([
    ["before the last paragraph", "More replicas\n\nStrongroom-Plan: plan1_abc\n\nThey are needed."],
    [
      "in a paragraph of text",
      "More replicas\n\nThey are needed.\nAll of them.\n strongroom-plan : plan1_abc",
    ],
    ["as the subject", "Strongroom-Plan: plan1_abc"],
    ["without a digest", "More replicas\n\nStrongroom-Plan:"],
    ["once more elsewhere", "More\n\nStrongroom-Plan: plan1_def\n\nThey are.\n\nStrongroom-Plan: plan1_abc"],
  ])("applies nothing for a plan %s", async (_, message) => {
    tipSays(message);
    expect(await apply()).toMatchObject({ code: 3, stderr: expect.stringContaining("that is no trailer") });
    expect(called()).toBe("");
  });

  it("applies nothing that is no longer the tip", async () => {
    repository.git(repository.author, "checkout", "--quiet", "main");
    repository.write({ "Pulumi.prod.yaml": "config: { newer: true }\n" });
    repository.push("main");
    expect(await apply()).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("not the tip of main any more"),
    });
    expect(called()).toBe("");
  });

  it("applies nothing where there is no such branch", async () => {
    expect((await apply({ BRANCH: "other" })).code).toBe(2);
    expect(called()).toBe("");
  });
});
