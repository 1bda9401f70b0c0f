import { createContext } from "../../cli/context";
import { judge } from "../../cli/gate/judge";
import { loadConfig } from "../../cli/stack-config";
import { interruptions } from "../../policies/gate/interruption";
import { judgeUpdate } from "../../policies/gate/judge";
import { rules as gateRules } from "../../policies/gate/rules";
import { FACTS } from "../../policies/gate/testing/changes";
import { tableOf as gateTableOf } from "../../policies/gate/testing/mutation";
import { casesOf as gateCasesOf } from "../../policies/gate/testing/table";
import { parseUpdate } from "../../policies/gate/update";
import { rules as packRules } from "../../policies/rules";
import { judge as judgeByPack } from "../../policies/testing/judge";
import { tableOf as packTableOf } from "../../policies/testing/mutation";
import { casesOf as packCasesOf } from "../../policies/testing/table";
import { safeCases, unsafeCases } from "../e2e/support/gate-cases";
import { GateStack, isSilent, isStopped } from "../e2e/support/gate-stack";
import { grownPreview } from "../support/grown-preview";
import { median, processorSeconds, round2, seconds } from "../support/measure";

/** Runs of each side; they alternate, so that whatever else the machine does falls on both. */
const ROUNDS = 7;
const SIZES = [50, 100, 200, 500];

/**
 * What policies and gate cost and what they stop, on the dev stack, in one run.
 *
 * `addedSeconds`: median of previews by the engine with the policy pack and its event log, which is then judged,
 * less the median of previews without either; no changes, seconds of wall clock. The gate's own modules are loaded
 * before, as `./strongroom preview` loads them while the engine is at work.
 * `rules`: rules of pack and gate. `cases`: rows of the tables beside them, each a unit test of one rule.
 * `unsafe…`, `safe…`: changes previewed on the running stack, those of the end-to-end test; an unsafe one counts if
 * it was refused by its rule with a remedy, a safe one if nothing was said about it.
 * `perResource`: processor time that gate and pack take for one resource among 500, as a ratio to one among 50, in
 * this process, on copies of a real preview's resources: 1 is linear.
 */
async function main(): Promise<void> {
  const gate = await GateStack.create();
  try {
    await gate.up();
    const addedSeconds = await added(gate);
    const perResource = growth(await gate.eventLog(safeCases[1]!));
    const unsafe = await count(unsafeCases, async ({ rule, ...change }) =>
      isStopped(await gate.preview(change), rule),
    );
    const safe = await count(safeCases, async (change) => isSilent(await gate.preview(change)));
    const result = {
      addedSeconds,
      rules: packRules.length + gateRules.length,
      cases: unitCases(),
      unsafeStopped: unsafe,
      unsafeTotal: unsafeCases.length,
      safePassed: safe,
      safeTotal: safeCases.length,
      perResource,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await gate.destroy();
  }
}

async function added(gate: GateStack): Promise<number> {
  process.env.STRONGROOM_HOME = gate.stack.home;
  const context = createContext({ stack: gate.stack.name, configFile: gate.stack.configFile });
  const { settings } = loadConfig(context);
  const plain: number[] = [];
  const judged: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(
      await seconds(() => gate.mustPulumi(["preview", "--suppress-progress", "--expect-no-changes"])),
    );
    judged.push(
      await seconds(async () => {
        const flags = ["--expect-no-changes", "--policy-pack", "policies/pack"];
        const { report } = await judge(
          context,
          { settings },
          await gate.eventLog({ name: "nothing" }, flags),
          {
            exitCode: 0,
          },
        );
        if (!report.judged || report.refused) throw new Error("a preview without changes was refused");
      }),
    );
    note(
      `round ${round + 1} of ${ROUNDS}: ${judged.at(-1)!.toFixed(2)} s, without ${plain.at(-1)!.toFixed(2)} s`,
    );
  }
  return round2(median(judged) - median(plain));
}

/** How much more one resource takes among the most than among the fewest. */
function growth(eventLog: string): number {
  const perResource = SIZES.map((size) => {
    const grown = grownPreview(eventLog, size);
    const resources = packResources(grown);
    const all = () => {
      const update = parseUpdate(grown);
      judgeUpdate(update, FACTS, []);
      interruptions(update, FACTS);
      for (const rule of packRules) judgeByPack(rule, resources);
    };
    // The first rounds are slower: the code is being compiled.
    const times = Array.from({ length: 3 * ROUNDS }, () => processorSeconds(all)).slice(ROUNDS);
    note(`${size} resources: ${(median(times) * 1000).toFixed(0)} ms`);
    return median(times) / size;
  });
  return round2(perResource.at(-1)! / perResource[0]!);
}

/** What the pack would be asked about. */
function packResources(eventLog: string): Parameters<typeof judgeByPack>[1] {
  return parseUpdate(eventLog).changes.flatMap(({ type, name, urn, after }) =>
    after
      ? [
          {
            type,
            name,
            urn,
            inputs: after.inputs,
            protect: after.protect,
            ignoreChanges: [],
            provider: after.provider,
            sources: {},
          },
        ]
      : [],
  );
}

async function count<T extends { name: string }>(
  cases: T[],
  isRight: (one: T) => Promise<boolean>,
): Promise<number> {
  let right = 0;
  for (const one of cases) {
    if (await isRight(one)) right += 1;
    else note(`wrong: ${one.name}`);
  }
  return right;
}

function unitCases(): number {
  const ofGate = gateRules.flatMap(({ id }) => gateCasesOf(gateTableOf(id)));
  const ofPack = packRules.flatMap(({ id }) =>
    (["pass", "fail", "unknown"] as const).flatMap((kind) => packCasesOf(packTableOf(id), kind)),
  );
  return ofGate.length + ofPack.length;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
