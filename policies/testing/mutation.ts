import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Rule } from "../support/rule";
import { Modules } from "./modules";
import { mutantsOf } from "./mutants";
import type { Table, wrongVerdicts } from "./table";

const folder = resolve(__dirname, "..");
const rulesFolder = join(folder, "rules");

/** What became of the mutants of a file. */
export interface Score {
  mutants: number;
  /** Mutants that no case noticed. */
  survivors: string[];
}

/** Names of all rule files, without their ending: the ids of the rules. */
export function ruleFiles(): string[] {
  return readdirSync(rulesFolder)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "index.ts")
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/**
 * Breaks a file in every way that `mutantsOf` knows, and sees whether the cases of rules notice.
 * @param ids of the rules
 * @param file relative to the pack's folder; default the first rule's own
 * @throws Error when a case goes wrong for a rule as it is: then nothing would say anything about a mutant
 */
export function mutate(ids: string[], file = join("rules", `${ids[0]}.ts`)): Score {
  for (const id of ids)
    if (isNoticed(new Map(), id)) throw new Error(`the cases of ${id} go wrong before anything is broken`);
  const path = join(folder, file);
  const mutants = mutantsOf(path, readFileSync(path, "utf8"));
  const survivors = mutants.filter(
    ({ source }) => !ids.some((id) => isNoticed(new Map([[path, source]]), id)),
  );
  return { mutants: mutants.length, survivors: survivors.map(({ what }) => what) };
}

/** Whether a case of the rule goes wrong under the replaced sources; one that does not even load is noticed too. */
function isNoticed(replaced: ReadonlyMap<string, string>, id: string): boolean {
  try {
    const { rule, table, modules } = loaded(replaced, id);
    const { wrongVerdicts: wrong } = modules.load<{ wrongVerdicts: typeof wrongVerdicts }>(
      inTesting("table.ts"),
    );
    return wrong(rule, table).length > 0;
  } catch {
    return true;
  }
}

/** The cases of a rule, as its test file has them. */
export function tableOf(id: string): Table {
  return loaded(new Map(), id).table;
}

function loaded(replaced: ReadonlyMap<string, string>, id: string) {
  const collected: { rule: Rule; table: Table }[] = [];
  const cases = (rule: Rule, table: Table) => collected.push({ rule, table });
  const resources = new Modules(new Map()).load<object>(inTesting("resources.ts"));
  const modules = new Modules(replaced, new Map([[inTesting("cases.ts"), { ...resources, cases }]]));
  modules.load(join(rulesFolder, `${id}.test.ts`));
  return { ...collected[0]!, modules };
}

function inTesting(name: string): string {
  return join(folder, "testing", name);
}
