import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Modules } from "../../testing/modules";
import { mutantsOf } from "../../testing/mutants";
import type { GateRule } from "../rule";
import type { Table, wrongVerdicts } from "./table";

const folder = resolve(__dirname, "..");
const inTesting = (name: string) => join(folder, "testing", name);

/** Names of all rule files, without their ending: the ids of the rules. */
export function ruleFiles(): string[] {
  return readdirSync(join(folder, "rules"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "index.ts")
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/** The cases of a rule, as its test file has them. */
export function tableOf(id: string): Table {
  return loaded(new Map(), id).table;
}

/**
 * Breaks a file in every way that `mutantsOf` knows, and sees whether the cases of rules notice.
 * @param ids of the rules
 * @param path relative to the gate's folder; default the first rule's own file
 * @returns what was done in each mutant that no case of any of them noticed
 * @throws Error when a case goes wrong for a rule as it is
 */
export function survivorsOf(
  ids: string[],
  path = `rules/${ids[0]}.ts`,
): { mutants: number; survivors: string[] } {
  const wrong = ids.flatMap((id) => wrongIn(new Map(), id).map((text) => `${id}: ${text}`));
  if (wrong.length > 0) throw new Error(`cases go wrong before anything is broken: ${wrong.join("; ")}`);
  const file = join(folder, path);
  const mutants = mutantsOf(file, readFileSync(file, "utf8"));
  const survivors = mutants.filter(({ source }) => {
    try {
      return ids.every((id) => wrongIn(new Map([[file, source]]), id).length === 0);
    } catch {
      return false;
    }
  });
  return { mutants: mutants.length, survivors: survivors.map(({ what }) => what) };
}

function wrongIn(replaced: ReadonlyMap<string, string>, id: string): string[] {
  const { rule, table, modules } = loaded(replaced, id);
  return modules
    .load<{ wrongVerdicts: typeof wrongVerdicts }>(inTesting("table.ts"))
    .wrongVerdicts(rule, table);
}

function loaded(replaced: ReadonlyMap<string, string>, id: string) {
  const collected: { rule: GateRule; table: Table }[] = [];
  const cases = (rule: GateRule, table: Table) => collected.push({ rule, table });
  const builders = new Modules(new Map()).load<object>(inTesting("changes.ts"));
  const modules = new Modules(replaced, new Map([[inTesting("cases.ts"), { ...builders, cases }]]));
  modules.load(join(folder, "rules", `${id}.test.ts`));
  return { ...collected[0]!, modules };
}
