import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What a test's commands see of the environment: nobody's git settings, and no pipeline that this one runs in. */
const clean = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

/** Runs a program to its end. @param told called with its process id once it has printed something */
export function run(
  command: string[],
  options: { cwd: string; env?: Record<string, string>; input?: string; told?: (pid: number) => void },
): Promise<Ended> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...clean, ...options.env } as NodeJS.ProcessEnv,
  });
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    if (ended.stdout === "") options.told?.(child.pid!);
    ended.stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => (ended.stderr += String(chunk)));
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...ended, code }));
  });
}

/** A repository as a forge has it, a checkout of its base branch as a pipeline has it, and an author's clone. */
export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "strongroom-ci-"));
  readonly origin = join(this.folder, "origin.git");
  readonly checkout = join(this.folder, "checkout");
  readonly author = join(this.folder, "author");
  readonly #initial: string;

  /** @param base Files of the base branch, by path; those that begin with `#!` are executable */
  constructor(base: Record<string, string>) {
    this.git(this.folder, "init", "--quiet", "--bare", "--initial-branch=main", this.origin);
    this.git(this.folder, "clone", "--quiet", this.origin, this.author);
    this.git(this.author, "checkout", "--quiet", "-b", "main");
    this.write(base);
    cpSync(__dirname, join(this.author, "ci"), { recursive: true, filter: (path) => !path.endsWith(".ts") });
    this.#initial = this.push("main");
    this.git(this.folder, "clone", "--quiet", this.origin, this.checkout);
    this.git(this.author, "checkout", "--quiet", "-b", "change");
  }

  git(cwd: string, ...args: string[]): string {
    return execFileSync("git", args, {
      cwd,
      env: clean as NodeJS.ProcessEnv,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  /** Everything as it was in the beginning, but for objects. */
  reset(): void {
    this.git(this.author, "checkout", "--quiet", "--force", "-B", "change", this.#initial);
    this.git(this.author, "push", "--quiet", "--force", "origin", `${this.#initial}:refs/heads/main`);
    this.git(this.checkout, "reset", "--quiet", "--hard", this.#initial);
    for (const clone of [this.author, this.checkout]) this.git(clone, "clean", "--quiet", "-ffdx");
  }

  /** Writes files of the author's clone, by path. */
  write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.author, path)), { recursive: true });
      writeFileSync(join(this.author, path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
  }

  /** Commits all of the author's clone and pushes it. @returns the commit */
  push(branch = "change"): string {
    this.git(this.author, "add", "--all", "--force");
    this.git(this.author, "commit", "--quiet", "--allow-empty", "--message=a change");
    this.git(this.author, "push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
    return this.git(this.author, "rev-parse", "HEAD");
  }

  /** Files of the pipeline's checkout that are not the base branch's. */
  changed(): string[] {
    return this.git(this.checkout, "status", "--porcelain", "--untracked-files=all", "--ignored")
      .split("\n")
      .filter((line) => line !== "");
  }

  read(path: string): string {
    return readFileSync(join(this.checkout, path), "utf8");
  }

  temporary(): string {
    const folder = join(this.folder, "tmp");
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** What scripts left in the folder for temporary files. */
  leftovers(): string[] {
    return readdirSync(this.temporary());
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
