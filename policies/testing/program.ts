import { committedConfig, type ProgramRun, runProgram, SECRET_SIGNATURE } from "../../test/stack/program";
import { TYPES } from "../support/types";
import type { TestResource } from "./resources";

/** Stands in for every value that a committed file has encrypted; the stack's key must be one. */
const DECRYPTED = "0123456789abcdef".repeat(4);

/**
 * What the program declares for a committed stack file, as the rules see it: inputs with secrets as plain text, and
 * for stack rules the names that the engine would have made.
 * @param beside declares what somebody adds to the program
 */
export async function declaredResources(
  file: string,
  stack: string,
  beside?: () => Promise<void>,
): Promise<TestResource[]> {
  const encrypted: string[] = [];
  const config = Object.fromEntries(
    Object.entries(await committedConfig(file)).map(([key, value]) => {
      const plain = decrypted(value);
      if (JSON.stringify(plain) !== JSON.stringify(value)) encrypted.push(key);
      return [key, plain];
    }),
  );
  return toResources(await runProgram(config, stack, encrypted, beside));
}

function toResources(run: ProgramRun): TestResource[] {
  const resources = run.resources.map(({ type, name, inputs, parent, protect }): TestResource => {
    const plain = withoutSecrets(inputs) as Record<string, unknown>;
    const named = type === TYPES.network || type === TYPES.volume;
    return {
      type,
      name,
      urn: `urn:pulumi:test::strongroom::${[...parentTypes(run, parent), type].join("$")}::${name}`,
      inputs: named ? { name: `${name}-abc1234`, ...plain } : plain,
      protect,
      ignoreChanges: [],
      provider: undefined,
      sources: {},
    };
  });
  return resources;
}

/** Types of all parents, outermost first, as a real URN holds them; the mocks' URNs hold one. */
function parentTypes(run: ProgramRun, parent: string | undefined): string[] {
  const [, , qualified, name] = parent?.split("::") ?? [];
  const type = qualified?.split("$").at(-1);
  if (!type || type === "pulumi:pulumi:Stack") return [];
  const registered = run.resources.find((resource) => resource.type === type && resource.name === name);
  return [...parentTypes(run, registered?.parent), type];
}

function decrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decrypted);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return DECRYPTED;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decrypted(inner)]));
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_SIGNATURE in value) return withoutSecrets((value as unknown as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
