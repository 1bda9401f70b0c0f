import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import { parse } from "yaml";

/** A resource as the program registered it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  urn: string;
  parent?: string;
  dependsOn: string[];
  protect: boolean;
  deleteBeforeReplace: boolean;
  replaceOnChanges: string[];
}

export interface ProgramRun {
  resources: Registered[];
  outputs: Record<string, unknown>;
  /** The only resource of a type with this name. @throws Error when there is none */
  find(type: string, name: string | RegExp): Registered;
  all(type: string): Registered[];
}

export const TYPES = {
  container: "docker:index/container:Container",
  volume: "docker:index/volume:Volume",
  network: "docker:index/network:Network",
  command: "command:local:Command",
  dnsRecord: "cloudflare:index/dnsRecord:DnsRecord",
};

/** Ids for local builds, as `strongroom up` would have written them. */
const IMAGES = ["edge:3.6.7", "postgres:15", "demo:1.0.0", "demo:1.1.0"];
const imageLock = Object.fromEntries(
  IMAGES.map((name, index) => [name, `sha256:${String(index + 1).repeat(64)}`]),
);

/** Secret inputs are wrapped in this signature on the wire; the mocks see it when asked to. */
export const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * Runs index.ts with mocks under a configuration.
 * @param config keys without `strongroom:`; values as in YAML, secrets in clear
 * @param secretKeys top-level keys that hold a secret
 * @param beside declares what somebody adds to the program; what it uses it must import itself
 */
export async function runProgram(
  config: Record<string, unknown>,
  stack = "dev",
  secretKeys: string[] = [],
  beside: () => Promise<void> = async () => {},
): Promise<ProgramRun> {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-stack-test-"));
  writeFileSync(join(folder, "stack.key"), "0123456789abcdef".repeat(4));
  writeFileSync(join(folder, "images.json"), JSON.stringify(imageLock));
  process.env.STRONGROOM_STACK_DIR = folder;

  vi.resetModules();
  const sdk = await import("@pulumi/pulumi");
  const resources: Registered[] = [];
  const requests = await recordRequests();
  await sdk.runtime.setMocks(
    {
      newResource(args: pulumi.runtime.MockResourceArgs) {
        const request = requests.get(`${args.type}::${args.name}`);
        resources.push({
          type: args.type,
          name: args.name,
          inputs: args.inputs,
          urn: `${args.type}::${args.name}`,
          parent: request?.parent || undefined,
          dependsOn: request?.dependenciesList ?? [],
          protect: request?.protect ?? false,
          deleteBeforeReplace: request?.deletebeforereplace ?? false,
          replaceOnChanges: request?.replaceonchangesList ?? [],
        });
        return {
          id: `${args.name}-id`,
          state: {
            name: args.inputs.name ?? `${args.name}-abc1234`,
            ...args.inputs,
            ...computed(args.type, args.name),
          },
        };
      },
      call: () => ({}),
    },
    "strongroom",
    stack,
    true,
  );
  const all = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `strongroom:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  sdk.runtime.setAllConfig(
    all,
    secretKeys.map((key) => `strongroom:${key}`),
  );
  const { createProviders } = await import("../../components/providers.cjs");
  const { declareStack } = await import("../../index.js");
  const outputs = await declareStack(createProviders());
  await beside();
  await sdk.runtime.disconnect();
  return {
    resources,
    outputs,
    all: (type) => resources.filter((resource) => resource.type === type),
    find(type, name) {
      const matches = resources.filter(
        (r) => r.type === type && (typeof name === "string" ? r.name === name : name.test(r.name)),
      );
      if (matches.length !== 1)
        throw new Error(
          `${matches.length} resources ${type} ${String(name)} in ${resources.map((r) => r.name).join(", ")}`,
        );
      return matches[0]!;
    },
  };
}

interface RegisterRequest {
  parent: string;
  protect: boolean;
  deletebeforereplace: boolean;
  replaceonchangesList: string[];
  dependenciesList: string[];
}

/** Resource options do not reach the mocks, so the requests are noted where the mock monitor gets them. */
async function recordRequests(): Promise<Map<string, RegisterRequest>> {
  const requests = new Map<string, RegisterRequest>();
  const { MockMonitor } = await import("@pulumi/pulumi/runtime/mocks.js");
  const original = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request, callback) {
    const fields = request.toObject() as RegisterRequest & { type: string; name: string };
    requests.set(`${fields.type}::${fields.name}`, fields);
    return original.call(this, request, callback);
  };
  return requests;
}

/** Outputs that a provider would compute. */
function computed(type: string, name: string): Record<string, unknown> {
  if (type === TYPES.network) return { ipamConfigs: [{ subnet: "172.30.0.0/16", gateway: "172.30.0.1" }] };
  if (type.startsWith("tls:")) {
    return {
      privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${name}\n-----END PRIVATE KEY-----\n`,
      certPem: `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`,
      certRequestPem: `request ${name}`,
    };
  }
  return {};
}

/** The configuration of a committed stack file, to be changed by a test. */
export async function committedConfig(file: string): Promise<Record<string, never>> {
  const { readFile } = await import("node:fs/promises");
  const { config } = parse(await readFile(file, "utf8")) as { config: Record<string, never> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^strongroom:/, ""), value]),
  );
}
