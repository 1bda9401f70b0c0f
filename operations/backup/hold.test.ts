import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { holdBackups } from "./hold";
import { fakeDocker } from "../testing/fake-docker";

const { folder: bin, answer } = fakeDocker();

/** By a docker that does what the script says; it notes what it reads in the file `asked`. */
function hold(script: string): Promise<() => Promise<void>> {
  answer(`cd ${bin}\n${script}`);
  return holdBackups({ endpoint: "unix:///nowhere", container: "c", database: "vault" });
}

it("lasts until it is released, in one session", async () => {
  const release = await hold('read line; echo "$line" > asked; echo held; cat >> asked; echo end >> asked');
  const asked = () => readFileSync(join(bin, "asked"), "utf8");
  expect(asked()).toContain("pg_advisory_lock(1937011311, 1)");
  expect(asked()).not.toContain("end");
  await release();
  expect(asked()).toContain("end");
});

it.each([
  [
    "a dump that goes on",
    "canceling statement due to lock timeout",
    "still dumps after 120 s; nothing was migrated",
  ],
  ["whatever else ends the session", "No such container: c", "No such container: c"],
])("fails by %s", async (_, said, message) => {
  await expect(hold(`echo '${said}' >&2; exit 1`)).rejects.toThrow(message);
});
