import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll } from "vitest";

/** A folder that comes first in this process's PATH, for a docker of the test's own. */
export interface FakeDocker {
  /** It is removed, and PATH as it was, after the file's last test. */
  folder: string;
  /** From here on docker is this bash script, without its first line. */
  answer(script: string): void;
}

/** To be called at a test file's top level. */
export function fakeDocker(): FakeDocker {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-docker-"));
  const path = process.env.PATH;
  process.env.PATH = `${folder}${delimiter}${path}`;
  afterAll(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    answer(script) {
      const file = join(folder, "docker");
      writeFileSync(file, `#!/bin/bash\n${script}\n`);
      chmodSync(file, 0o755);
    },
  };
}
