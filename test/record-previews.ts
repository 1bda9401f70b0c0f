import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GateCase, safeCases, unsafeCases } from "./e2e/support/gate-cases";
import { GateStack } from "./e2e/support/gate-stack";
import { CHECKOUT, docker } from "./e2e/support/test-stack";
import { sanitised } from "./support/sanitise-preview";

const FOLDER = join(CHECKOUT, "policies", "gate", "fixtures");

/** Changes whose previews are those of a release, or of routes, once more. */
const ALIKE = [
  "a release whose requirement is met",
  "more memory for a service",
  "a variable",
  "a longer drain",
  "a longer proof",
  "a slower health check",
  "another first request",
  "a shorter HSTS",
  "a maintenance window",
];

/** A preview that is more than a change of configuration or program. */
interface Special {
  name: string;
  /** What the engine is given besides. */
  flags?: string[];
  change?: Omit<GateCase, "name">;
  /** Brings the stack into the state that is previewed. @returns what brings it back */
  prepare?: (gate: GateStack) => Promise<(() => Promise<unknown>) | undefined>;
}

type Resource = Record<string, unknown> & { urn: string; id?: string };

const restarted = {
  config: (c: Parameters<NonNullable<GateCase["config"]>>[0]) => (c.database.limits = { memoryMiB: 600 }),
};

const specials: Special[] = [
  { name: "a restart of the database", change: restarted },
  {
    name: "a restart of the front",
    change: { config: (c) => (c.edge.addresses = ["127.0.0.1", "127.0.0.2"]) },
  },
  {
    name: "what a policy refuses",
    flags: ["--policy-pack", "policies/pack"],
    change: unsafeCases.find(({ name }) => name === "the database published"),
  },
  { name: "one resource as target", change: safeCases[1], flags: ["--target", "**routes-apply"] },
  {
    name: "an import",
    change: {
      program: [
        [
          "components/network/network.ts",
          "this.registerOutputs({});",
          'new docker.Volume("imported", { name: "strongroom-imported" }, { ...child, import: "strongroom-imported" });\n    this.registerOutputs({});',
        ],
      ],
    },
    prepare: async () => {
      await docker("volume", "create", "strongroom-imported");
      return () => docker("volume", "rm", "strongroom-imported");
    },
  },
  {
    name: "memory changed by hand",
    flags: ["--refresh"],
    prepare: async ({ stack }) => {
      const [server] = await stack.containers("service");
      await docker("update", "--memory=300m", "--memory-swap=300m", server!);
      return () => docker("update", "--memory=192m", "--memory-swap=192m", server!);
    },
  },
  { name: "a refresh", flags: ["--refresh"] },
  edited("a container that waits for its deletion", (resources) => {
    const server = find(resources, /::server-[0-9a-f]+-1$/);
    return [...resources, { ...server, delete: true, id: "0".repeat(64) }];
  }),
  edited("a container whose start failed", (resources) =>
    resources.map((each) =>
      /::server-[0-9a-f]+-1$/.test(each.urn) ? { ...each, initErrors: ["failed"] } : each,
    ),
  ),
  edited("the volume unprotected in state", (resources) =>
    resources.map((each) => (/::database-database$/.test(each.urn) ? { ...each, protect: false } : each)),
  ),
  edited("the edge's routes deleted from state", (resources) =>
    resources.filter(({ urn }) => !urn.endsWith("::routes-apply")),
  ),
  edited("a resource to be replaced by state", (resources) =>
    resources.map((each) => (/::server-[0-9a-f]+-1$/.test(each.urn) ? { ...each, taint: true } : each)),
  ),
];

/** A special case whose state was changed behind the command's back. */
function edited(name: string, edit: (resources: Resource[]) => Resource[]): Special {
  return {
    name,
    prepare: async (gate) => {
      const file = join(gate.stack.folder, "state.json");
      await gate.mustPulumi(["stack", "export", "--file", file]);
      const before = readFileSync(file, "utf8");
      const state = JSON.parse(before) as { deployment: { resources: Resource[] } };
      state.deployment.resources = edit(state.deployment.resources);
      const put = async (text: string) => {
        writeFileSync(file, text, { mode: 0o600 });
        await gate.mustPulumi(["stack", "import", "--force", "--file", file]);
      };
      await put(JSON.stringify(state));
      return () => put(before);
    },
  };
}

function find(resources: Resource[], name: RegExp): Resource {
  const found = resources.find(({ urn }) => name.test(urn));
  if (!found) throw new Error(`no resource ${name.source} in state`);
  return found;
}

/**
 * Records previews of the dev stack by the real engine into policies/gate/fixtures: every change of the end-to-end
 * tests, a first install, and what is left by interrupted runs and by hands.
 * @param wanted names to record; all by default
 */
async function main(wanted: string[]): Promise<void> {
  const gate = await GateStack.create();
  const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
  const record = async (name: string, change: Omit<GateCase, "name"> = {}, flags: string[] = []) => {
    const file = `${fileName(name)}.jsonl`;
    const text = sanitised(await gate.eventLog({ name, ...change }, flags), {
      stack: gate.stack.name,
      ports: { http: gate.stack.httpPort, https: gate.stack.httpsPort },
      images: JSON.parse(readFileSync(join(gate.stack.stackFolder, "images.json"), "utf8")) as Record<
        string,
        string
      >,
    });
    writeFileSync(join(FOLDER, file), text);
    process.stderr.write(`${file}: ${text.length} characters\n`);
  };
  try {
    if (isWanted("a first install")) {
      await gate.stack.mustRun(["image", "build", "demo:1.0.0", "edge:3.6.7", "postgres:15"]);
      await record("a first install");
    }
    await gate.up();
    for (const { name, config, program } of [...unsafeCases, ...safeCases])
      if (isWanted(name) && !ALIKE.includes(name)) await record(name, { config, program });
    for (const { name, change, flags, prepare } of specials.filter((each) => isWanted(each.name))) {
      const restore = await prepare?.(gate);
      try {
        await record(name, change, flags);
      } finally {
        await restore?.();
      }
    }
  } finally {
    await gate.destroy();
  }
}

function fileName(name: string): string {
  return name
    .toLowerCase()
    .replace(/'s\b/g, "")
    .replace(/[^a-z0-9]+/g, "-");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
