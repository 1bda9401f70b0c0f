import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Repository, run, type Ended } from "./throw-away";

const base = {
  "Pulumi.prod.yaml": "config: {}\n",
  "index.ts": "export {};\n",
  "docs/README.md": "text\n",
  "policies/exceptions.yaml": "exceptions: []\n",
};
const changedConfig = { "Pulumi.prod.yaml": "config: { changed: true }\n" };

const repository = new Repository(base);
beforeEach(() => repository.reset());
afterAll(() => repository.remove());

function take(commit: string): Promise<Ended> {
  return run([join(repository.checkout, "ci/take-config.sh"), commit], {
    cwd: repository.checkout,
    env: { TMPDIR: repository.temporary() },
  });
}

/** Refused, and nothing of the head is in the checkout. */
async function expectRefusal(commit: string, why: RegExp, code = 3): Promise<void> {
  const ended = await take(commit);
  expect(ended).toMatchObject({ code, stderr: "" });
  expect(ended.stdout).toMatch(why);
  expect(repository.changed()).toEqual([]);
  expect(repository.leftovers()).toEqual([]);
}

describe("take-config.sh takes", () => {
  it("a changed configuration, to the byte, and nothing else", async () => {
    const text = "config: { a: 'b' }\r\n\tc\u00e9 \\n `$(touch x)`";
    repository.write({ "Pulumi.prod.yaml": text });
    expect(await take(repository.push())).toEqual({ code: 0, stdout: "Pulumi.prod.yaml\n", stderr: "" });
    expect(repository.read("Pulumi.prod.yaml")).toBe(text);
    expect(repository.changed()).toEqual(["M Pulumi.prod.yaml"]);
    expect(repository.leftovers()).toEqual([]);
  });

  it("a new one, and leaves documents where they are", async () => {
    repository.write({
      "Pulumi.vault-2.yaml": "config: {}\n",
      "docs/README.md": "more\n",
      "README.md": "x\n",
    });
    expect(await take(repository.push())).toMatchObject({ code: 0, stdout: "Pulumi.vault-2.yaml\n" });
    expect(repository.changed()).toEqual(["?? Pulumi.vault-2.yaml"]);
  });

  it("one of exactly 1 MiB", async () => {
    repository.write({ "Pulumi.prod.yaml": "#".repeat(1024 * 1024) });
    expect(await take(repository.push())).toMatchObject({ code: 0 });
  });

  it("what the pull request changes, whatever the base branch has got since", async () => {
    repository.write(changedConfig);
    const commit = repository.push();
    repository.git(repository.author, "checkout", "--quiet", "main");
    repository.write({ "index.ts": "export const newer = 1;\n", "Pulumi.dev.yaml": "config: {}\n" });
    repository.push("main");
    repository.git(repository.checkout, "pull", "--quiet");
    expect(await take(commit)).toMatchObject({ code: 0, stdout: "Pulumi.prod.yaml\n" });
    expect(repository.read("index.ts")).toContain("newer");
  });

  it("nothing where nothing is changed", async () => {
    repository.write({ "docs/README.md": "more\n" });
    expect(await take(repository.push())).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("take-config.sh refuses", () => {
  it("a symbolic link, also a new one", async () => {
    for (const name of ["Pulumi.prod.yaml", "Pulumi.evil.yaml"]) {
      rmSync(join(repository.author, name), { force: true });
      symlinkSync("/proc/self/environ", join(repository.author, name));
    }
    await expectRefusal(repository.push(), /`Pulumi\.evil\.yaml`.*120000[^]*`Pulumi\.prod\.yaml`.*120000/);
  });

  it("a submodule in the place of a configuration", async () => {
    const commit = repository.git(repository.author, "rev-parse", "HEAD");
    repository.git(
      repository.author,
      ...["update-index", "--add", "--cacheinfo", `160000,${commit},Pulumi.evil.yaml`],
    );
    repository.git(repository.author, "commit", "--quiet", "--message=a submodule");
    repository.git(repository.author, "push", "--quiet", "--force", "origin", "change");
    await expectRefusal(repository.git(repository.author, "rev-parse", "HEAD"), /160000/);
  });

  it("another commit of a submodule, although the base branch says to ignore it", async () => {
    const submodule = (commit: string) =>
      repository.git(repository.author, ...["update-index", "--add", "--cacheinfo", `160000,${commit},ci/x`]);
    const commitAndPush = (branch: string) => {
      repository.git(repository.author, "commit", "--quiet", "--message=a submodule");
      repository.git(repository.author, "push", "--quiet", "--force", "origin", `HEAD:${branch}`);
      return repository.git(repository.author, "rev-parse", "HEAD");
    };
    repository.write({
      ".gitmodules": '[submodule "x"]\n\tpath = ci/x\n\turl = ./x\n\tignore = all\n',
      ...changedConfig,
    });
    repository.git(repository.author, "add", ".gitmodules");
    submodule(repository.git(repository.author, "rev-parse", "HEAD"));
    submodule(commitAndPush("main"));
    repository.git(repository.checkout, "pull", "--quiet");
    repository.git(repository.author, "add", "Pulumi.prod.yaml");
    await expectRefusal(commitAndPush("change"), /`ci\/x`/, 4);
  });

  it("an executable", async () => {
    repository.write(changedConfig);
    chmodSync(join(repository.author, "Pulumi.prod.yaml"), 0o755);
    await expectRefusal(repository.push(), /of mode 100755/);
  });

  it("one larger than 1 MiB", async () => {
    repository.write({ "Pulumi.prod.yaml": "#".repeat(1024 * 1024 + 1) });
    await expectRefusal(repository.push(), /larger than 1 MiB/);
  });

  it("one that is removed", async () => {
    rmSync(join(repository.author, "Pulumi.prod.yaml"));
    await expectRefusal(repository.push(), /and is removed/);
  });

  it("one that the base branch has changed since", async () => {
    repository.write(changedConfig);
    const commit = repository.push();
    repository.git(repository.author, "checkout", "--quiet", "main");
    repository.write({ "Pulumi.prod.yaml": "config: { other: true }\n" });
    repository.push("main");
    repository.git(repository.checkout, "pull", "--quiet");
    await expectRefusal(commit, /base branch has changed it since/);
  });

  it("a path with a line break, and prints nothing of it that acts", async () => {
    repository.write({ "Pulumi.evil\n![x](y).yaml": "config: {}\n" });
    await expectRefusal(repository.push(), /`Pulumi\.evil\?\?\?x\?\?y\?\.yaml`: a path with control/);
  });

  it("what is not the tip of a branch: a fork's commit, and one that was followed by another", async () => {
    repository.write(changedConfig);
    const before = repository.push();
    repository.write({ "Pulumi.prod.yaml": "config: { again: true }\n" });
    const fork = repository.push();
    await expectRefusal(before, /not the tip of a branch/);
    // As a forge keeps a fork's pull request: there, but by no branch.
    repository.git(repository.author, "push", "--quiet", "origin", `${fork}:refs/pull/7/head`);
    repository.git(repository.author, "push", "--quiet", "origin", ":change");
    await expectRefusal(fork, /not the tip of a branch/);
  });

  it.each(["", "main", "--upload-pack=touch x", "0123abc", `${"a".repeat(40)}\n`])(
    "a head named %j",
    async (name) => {
      await expectRefusal(name, /not named by a full commit hash/);
    },
  );

  it("a head without a common history", async () => {
    repository.git(repository.author, "checkout", "--quiet", "--orphan", "other");
    repository.write(changedConfig);
    await expectRefusal(repository.push("other"), /no commit in common/);
  });
});

describe("take-config.sh takes nothing where the program is changed:", () => {
  it.each([
    "index.ts",
    "package-lock.json",
    ".npmrc",
    "policies/exceptions.yaml",
    "ci/take-config.sh",
    ".github/workflows/preview.yml",
    ".github/CODEOWNERS",
    ".gitattributes",
    "Pulumi.yaml",
    "sub/Pulumi.prod.yaml",
    "docs.ts",
    "Pulumi.UPPER.yaml",
    "Pulumi.prod.yaml.ts",
    "other/docs/x.md",
  ])("%s", async (path) => {
    repository.write({ ...changedConfig, [path]: "changed\n" });
    await expectRefusal(repository.push(), new RegExp(`- \`${path}\``), 4);
  });

  it("a file that is removed", async () => {
    rmSync(join(repository.author, "policies/exceptions.yaml"));
    repository.write(changedConfig);
    await expectRefusal(repository.push(), /policies\/exceptions\.yaml/, 4);
  });

  it("names the first twenty", async () => {
    repository.write(Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`x${n}`, ""])));
    const { stdout } = await take(repository.push());
    expect(stdout.match(/^- `x/gm)).toHaveLength(20);
    expect(stdout).toContain("- and 5 more");
  });
});
