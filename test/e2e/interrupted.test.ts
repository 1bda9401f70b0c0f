import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { request } from "./support/http";
import { assertConverged, crash, FULL, killRun } from "./support/interruption";
import { docker, ENDPOINT, TestStack } from "./support/test-stack";

/** All ten points, by both signals and to both configs; otherwise a few that are spread over the same length. */
const POINTS = FULL ? 10 : 2;
const points = Array.from({ length: POINTS }, (_, index) => Math.round((100 * (index + 1)) / (POINTS + 1)));
const signals = ["SIGKILL", "SIGINT"] as const;
const cases = points.flatMap((percent, index) =>
  (FULL ? signals : [signals[index % 2]!]).map((signal) => [signal, percent] as const),
);
/** Whether the config stays or goes back after the interruption. */
const releaseCases = cases.flatMap(([signal, percent], index) =>
  (FULL ? ["1.1.0", "1.0.0"] : [index < POINTS / 2 ? "1.0.0" : "1.1.0"]).map(
    (next) => [signal, percent, next] as const,
  ),
);

/** The stack whose release is changed; its own first up says how long one takes. */
let whole: TestStack;
let firstUpSeconds = 0;

beforeAll(async () => {
  whole = await TestStack.create();
  const started = Date.now();
  await whole.up();
  firstUpSeconds = (Date.now() - started) / 1000;
});
afterAll(() => whole?.destroy());

describe("a first up that is interrupted", () => {
  let stack: TestStack;

  beforeEach(async () => {
    stack = await TestStack.create();
  });
  afterEach(() => stack?.destroy());

  it.each(cases)(
    "by %s at %i percent of its length converges by the same command",
    async (signal, percent) => {
      const run = stack.start(["up", "--yes"]);
      await sleep((firstUpSeconds * 1000 * percent) / 100);
      await killRun(run, signal);
      await stack.up();
      await assertConverged(stack, "1.0.0");
    },
  );

  it("by SIGKILL half-way goes down again without a trace but its data", async () => {
    const run = stack.start(["up", "--yes"]);
    await sleep(firstUpSeconds * 600);
    await killRun(run, "SIGKILL");
    await stack.mustRun(["down", "--yes"]);
    expect((await stack.inventory()).filter((line) => !line.includes("-data"))).toEqual([]);
  });
});

describe("a change of release that is interrupted", () => {
  let stack: TestStack;
  let seconds = 0;

  beforeAll(async () => {
    stack = whole;
    const started = Date.now();
    stack.setRelease("1.1.0");
    await stack.up();
    seconds = (Date.now() - started) / 1000;
  });

  /** What a test starts from: the one before may have left the new release. */
  async function goTo(tag: string): Promise<void> {
    if ((await request(stack, "/version")).headers["x-product-version"] === tag) return;
    stack.setRelease(tag);
    await stack.up();
  }

  it.each(releaseCases)(
    "by %s at %i percent of its length, then %s: converges",
    async (signal, percent, next) => {
      await goTo("1.0.0");
      stack.setRelease("1.1.0");
      const run = stack.start(["up", "--yes"]);
      await sleep((seconds * 1000 * percent) / 100);
      await killRun(run, signal);
      expect((await request(stack, "/version")).status).toBe(200);
      stack.setRelease(next);
      await stack.up();
      await assertConverged(stack, next);
    },
  );

  it("by a crash right after the route was written, then reverted, serves the old release", async () => {
    await goTo("1.0.0");
    stack.setRelease("1.1.0");
    const run = stack.start(["up", "--yes"]);
    const [edge] = await stack.containers("edge");
    await until(async () => {
      const journal = await docker("exec", edge!, "sh", "-c", "tail -n 1 /etc/strongroom/edge/journal.jsonl");
      return journal.includes('"step":"pending"');
    });
    await crash(stack, run);
    stack.setRelease("1.0.0");
    await stack.up();
    await assertConverged(stack, "1.0.0");
  });

  it("by a crash right after the route was confirmed, then reverted, serves the old release", async () => {
    await goTo("1.0.0");
    stack.setRelease("1.1.0");
    const run = stack.start(["up", "--yes"]);
    const [edge] = await stack.containers("edge");
    let pending = false;
    await until(async () => {
      const journal = await docker("exec", edge!, "sh", "-c", "tail -n 1 /etc/strongroom/edge/journal.jsonl");
      pending ||= journal.includes('"step":"pending"');
      return pending && journal.includes('"step":"confirmed"');
    });
    await crash(stack, run);
    stack.setRelease("1.0.0");
    await stack.up();
    await assertConverged(stack, "1.0.0");
  });

  it("by a crash while a container is being created leaves none that state does not know", async () => {
    await goTo("1.0.0");
    stack.setRelease("1.1.0");
    const events = execa(
      "docker",
      [
        "--host",
        ENDPOINT,
        "events",
        "--filter",
        `label=strongroom.stack=${stack.name}`,
        "--filter",
        "type=container",
        "--filter",
        "event=create",
        "--filter",
        "label=strongroom.role=service",
        "--format",
        "{{.ID}}",
      ],
      { reject: false, buffer: false },
    );
    const run = stack.start(["up", "--yes"]);
    await new Promise((done) => events.stdout.once("data", done));
    await crash(stack, run);
    events.kill();
    await stack.up();
    await assertConverged(stack, "1.1.0");
  });
});

async function until(condition: () => Promise<boolean>, seconds = 90): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so within ${seconds} s`);
    await sleep(50);
  }
}
