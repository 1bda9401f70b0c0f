import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { dumpDatabase } from "./dump";
import { fakeDocker } from "./testing/fake-docker";

const { folder: bin, answer } = fakeDocker();
beforeEach(() => ["calls", "said"].forEach((name) => rmSync(join(bin, name), { force: true })));

/** A docker that notes what it is asked. @param program what pg_dump does */
function dumping(program: string): void {
  answer(
    `shift 2
echo "$*" >> ${join(bin, "calls")}
case "$*" in
  exec*"exec psql"*) cat >> ${join(bin, "said")} ;;
  exec*"exec pg_dump"*) ${program} ;;
  run*) cat >/dev/null; echo ${"a".repeat(64)} ;;
  "container inspect"*) echo sha256:image ;;
esac`,
  );
}

const dump = () =>
  dumpDatabase({ endpoint: "unix:///nowhere", container: "server", database: "vault" }, "test", "before");
const calls = () => readFileSync(join(bin, "calls"), "utf8").split("\n");
const said = () => (existsSync(join(bin, "said")) ? readFileSync(join(bin, "said"), "utf8") : "");
const ended = () => said().split("pg_terminate_backend").length - 1;

it("ends the dumps that an interrupted run has left before it begins one that can be found", async () => {
  dumping("echo dump");
  expect(await dump()).toBe("before.dump");
  expect(ended()).toBe(1);
  expect(said()).toContain("IN ('strongroom-migration', 'strongroom-rehearsal')");
  const began = calls().findIndex((call) => call.includes("exec pg_dump"));
  expect(calls()[began]).toMatch(/^exec --env=PGAPPNAME=strongroom-migration server /);
  expect(calls().findIndex((call) => call.includes("exec psql"))).toBeLessThan(began);
});

it("ends its own when it fails", async () => {
  dumping("echo broken >&2; exit 1");
  await expect(dump()).rejects.toThrow("the database cannot be dumped: broken");
  expect(ended()).toBe(2);
});
