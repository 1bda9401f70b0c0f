import { Command } from "commander";
import { layers, runTests } from "../../test/run";
import type { CommandModule } from "../command";
import { exitCode, usageError } from "../exit";

export const create: CommandModule["create"] = () =>
  new Command("test")
    .description(`run the project's own tests (${layers.join(", ")})`)
    .argument("[layer...]", "layers to run (default: all)")
    .addHelpText(
      "after",
      `
The layers conformance and e2e use the real engine, e2e a real Docker too: on stacks and ports of their own, which
are removed at the end. STRONGROOM_E2E=full interrupts runs at every point rather than at some.

Examples:
  $ ./strongroom test unit stack
  $ ./strongroom test`,
    )
    .action(async (chosen: string[]) => {
      const known = layers.filter((layer) => chosen.includes(layer));
      const unknown = chosen.filter((name) => !(layers as readonly string[]).includes(name));
      if (unknown.length > 0)
        throw usageError(`no layer ${unknown.join(", ")}; there are ${layers.join(", ")}`);
      if (!(await runTests(known)).ok) process.exitCode = exitCode.failed;
    });
