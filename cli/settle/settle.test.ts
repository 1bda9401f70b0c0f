import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { processIdentity } from "../../operations/process-identity";
import type { Toolchain } from "../../toolchain";
import { createContext } from "../context";
import { settle } from "./settle";

const path = process.env.PATH;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-settle-"));
  process.env.PATH = `${folder}${delimiter}${path}`;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

const [known, unknown, network] = ["a", "b", "c"].map((digit) => digit.repeat(64));

/**
 * A stack one of whose containers its state knows, after a run that was killed; docker notes what it is asked.
 * @param others further containers that run: id, name, role
 */
function interruptedStack(...others: string[][]) {
  const context = createContext({ stack: "test" }, { STRONGROOM_HOME: folder });
  mkdirSync(context.stackDir, { recursive: true });
  const identity = processIdentity();
  const record = { ...identity, started: "0", command: "up", token: "t", startedAt: "2026-01-01T00:00:00Z" };
  writeFileSync(join(context.stackDir, "run.json"), JSON.stringify(record));
  const pulumi = join(folder, "state", ".pulumi");
  const history = join(pulumi, "history", "strongroom", "test");
  const stacks = join(pulumi, "stacks", "strongroom");
  for (const each of [history, stacks]) mkdirSync(each, { recursive: true });
  const resources = (...ids: string[]) =>
    ids.map((id) => ({ urn: `urn:${id}`, type: "docker:index/container:Container", id }));
  const checkpoint = (...ids: string[]) =>
    JSON.stringify({ version: 3, checkpoint: { latest: { resources: resources(...ids) } } });
  writeFileSync(join(stacks, "test.json"), checkpoint(known!));
  const asked = join(folder, "asked");
  const row = (id: string, name: string, role = "service") =>
    [id, name, "running", role, "server", "r1", "2026-01-01 00:00:00 +0000 UTC"].join("\\t");
  const rows = [
    row(known!, "server-1"),
    row(unknown!, "server-2"),
    ...others.map(([id, name, role]) => row(id!, name!, role)),
  ];
  const docker = `#!/bin/bash
echo "$*" >> ${asked}
case "$3" in
  ps) printf '${rows.join("\\n")}\\n' ;;
  exec) cat >> ${join(folder, "said")}; exit 1 ;;
  network) [ "$4" = ls ] && printf '${network}\\tnet\\tnetwork\\n' ;;
  container) echo "Error: No such container: $5" >&2; echo '[]'; exit 1 ;;
esac
exit 0
`;
  writeFileSync(join(folder, "docker"), docker);
  chmodSync(join(folder, "docker"), 0o755);
  return {
    context,
    history: (...ids: string[]) => writeFileSync(join(history, "test-1.checkpoint.json"), checkpoint(...ids)),
    asked: () => (existsSync(asked) ? readFileSync(asked, "utf8") : ""),
    said: () => (existsSync(join(folder, "said")) ? readFileSync(join(folder, "said"), "utf8") : ""),
    settle: () =>
      settle(context, {} as Toolchain, { endpoints: ["unix:///nowhere"], images: {}, say: () => undefined }),
  };
}

it("removes nothing that was taken out of state, also after a run that was killed", async () => {
  const stack = interruptedStack();
  stack.history(known!, unknown!);
  await expect(stack.settle()).rejects.toThrow(/knew once and knows no more: server-2 \(service\)/);
  expect(stack.asked()).toContain("ps --all");
  expect(stack.asked()).not.toMatch(/ rm /);
  expect(existsSync(join(stack.context.stackDir, "run.json"))).toBe(true);
});

it("removes what the killed run left", async () => {
  const stack = interruptedStack();
  stack.history(known!);
  // What comes after it needs more than this docker.
  await stack.settle().catch(() => undefined);
  expect(stack.asked()).toMatch(new RegExp(` rm .*${unknown}`));
  expect(stack.asked()).not.toMatch(new RegExp(` rm .*${known}`));
});

it("ends the dump of a rehearsal that was killed, and goes on where the server does not answer", async () => {
  const [database, scratch] = ["d", "e"].map((digit) => digit.repeat(64));
  const stack = interruptedStack(
    [database!, "database", "database"],
    [scratch!, "rehearsal-database", "rehearsal"],
  );
  stack.history(known!);
  await stack.settle().catch(() => undefined);
  expect(stack.said()).toContain("pg_terminate_backend");
  const asked = stack.asked();
  expect(asked).toMatch(new RegExp(`exec --interactive ${database} `));
  expect(asked.search(" rm ")).toBeGreaterThan(asked.search("exec --interactive"));
  expect(asked).toMatch(new RegExp(` rm .*${scratch}`));
});

it("asks no database where nothing was rehearsed", async () => {
  const stack = interruptedStack(["d".repeat(64), "database", "database"]);
  stack.history(known!);
  await stack.settle().catch(() => undefined);
  expect(stack.asked()).toMatch(/ rm /);
  expect(stack.asked()).not.toContain("exec");
});
