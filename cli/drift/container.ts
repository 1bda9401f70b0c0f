import { expectedSettings, foundSettings, type InspectedCheck, type InspectedSettings } from "./settings";

/** One thing of a container or stack that is not as the last update left it. */
export interface Difference {
  /** Name of the container, or of what else it is about. */
  subject: string;
  what: string;
  /** For people; a variable's value is never in it. */
  expected: string;
  found: string;
}

/** Properties by name, each with one spelling for state and host. */
export type Facts = Map<string, string>;

type Values = Record<string, unknown>;

/** What `docker container inspect` tells, as far as it is compared. */
export interface Inspected {
  Id: string;
  Name: string;
  Image: string;
  State: { Status: string; Health?: { Status: string } };
  Config: {
    Env: string[] | null;
    Cmd: string[] | null;
    Entrypoint: string[] | null;
    User: string;
    Labels: Record<string, string> | null;
    Healthcheck?: InspectedCheck | null;
  };
  HostConfig: InspectedSettings & {
    Privileged: boolean;
    PidMode: string;
    ReadonlyRootfs: boolean;
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    SecurityOpt: string[] | null;
    Memory: number;
    MemorySwap: number;
    NanoCpus: number;
    Ulimits: { Name: string; Soft: number; Hard: number }[] | null;
    RestartPolicy: { Name: string };
    Tmpfs: Record<string, string> | null;
    PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
  NetworkSettings: { Networks: Record<string, unknown> };
}

/** What a container has from its image: of that only what the stack overrides is compared. */
export interface ImageDefaults {
  id: string;
  env: string[];
  cmd: string[];
  entrypoint: string[];
  user: string;
  labels: Record<string, string>;
  healthcheck?: InspectedCheck | null;
}

const MIB = 1024 * 1024;
const NANO = 1e9;

/**
 * What state says that a container is.
 * @param inputs of a docker:index/container:Container
 * @param imageId id of the image that it names, on its host
 */
export function expectedFacts(inputs: Values, imageId: string): Facts {
  const capabilities = (inputs.capabilities ?? {}) as { adds?: string[]; drops?: string[] };
  const facts: Facts = new Map([
    ["image", imageId],
    ["privileged", String(inputs.privileged ?? false)],
    ["process namespace", String(inputs.pidMode ?? "")],
    ["read-only root", String(inputs.readOnly ?? false)],
    ["capabilities added", list(capabilities.adds)],
    ["capabilities dropped", list(capabilities.drops)],
    ["security options", list(inputs.securityOpts)],
    ["memory", `${Number(inputs.memory ?? 0)} MiB`],
    ["memory with swap", `${Number(inputs.memorySwap ?? 0)} MiB`],
    ["cpus", String(Number(inputs.cpus ?? 0))],
    ["restart policy", String(inputs.restart ?? "no")],
    ...expectedSettings(inputs),
  ]);
  if (inputs.entrypoints !== undefined) {
    facts.set("entry point", JSON.stringify(inputs.entrypoints));
    // Docker drops the image's command with its entry point.
    facts.set("command", "[]");
  }
  if (inputs.command !== undefined) facts.set("command", JSON.stringify(inputs.command));
  if (inputs.user !== undefined) facts.set("user", String(inputs.user));
  for (const { name, soft, hard } of objects(inputs.ulimits))
    facts.set(`limit ${String(name)}`, `${Number(soft)}:${Number(hard)}`);
  for (const [path, options] of Object.entries((inputs.tmpfs ?? {}) as Record<string, string>))
    facts.set(`memory file system ${path}`, options);
  for (const { ip, external, internal, protocol } of objects(inputs.ports))
    facts.set(
      port(String(ip ?? ""), String(external ?? ""), `${String(internal)}/${String(protocol ?? "tcp")}`),
      "published",
    );
  for (const { type, source, target, readOnly } of objects(inputs.mounts))
    facts.set(`mount ${String(target)}`, mount(String(type), String(source ?? ""), readOnly !== true));
  for (const { volumeName, hostPath, containerPath, readOnly } of objects(inputs.volumes)) {
    const [type, source] = volumeName === undefined ? ["bind", hostPath] : ["volume", volumeName];
    facts.set(
      `mount ${String(containerPath)}`,
      mount(type as string, String(source ?? ""), readOnly !== true),
    );
  }
  const networks = objects(inputs.networksAdvanced).map(({ name }) => String(name));
  const mode = String(inputs.networkMode ?? "bridge");
  for (const name of networks.length > 0 || mode.startsWith("container:") ? networks : [mode])
    facts.set(`network ${name}`, "attached");
  for (const { label, value } of objects(inputs.labels)) facts.set(`label ${String(label)}`, String(value));
  for (const [name, value] of variables(texts(inputs.envs))) facts.set(`variable ${name}`, value);
  return facts;
}

/**
 * What a container on its host is, in the same words; what it merely has from its image is left out.
 * @param inputs by which it is known what state leaves to the daemon
 */
export function foundFacts(container: Inspected, image: ImageDefaults, inputs: Values): Facts {
  const { Config, HostConfig } = container;
  const facts: Facts = new Map([
    ["image", container.Image],
    ["privileged", String(HostConfig.Privileged)],
    ["process namespace", HostConfig.PidMode],
    ["read-only root", String(HostConfig.ReadonlyRootfs)],
    ["capabilities added", list(HostConfig.CapAdd)],
    ["capabilities dropped", list(HostConfig.CapDrop)],
    ["security options", list(HostConfig.SecurityOpt)],
    ["memory", `${HostConfig.Memory / MIB} MiB`],
    ["memory with swap", `${HostConfig.MemorySwap / MIB} MiB`],
    ["cpus", String(HostConfig.NanoCpus / NANO)],
    ["restart policy", HostConfig.RestartPolicy.Name],
    ...foundSettings(HostConfig, inputs, Config.Healthcheck, image.healthcheck),
  ]);
  const command = JSON.stringify(Config.Cmd ?? []);
  if (command !== JSON.stringify(image.cmd)) facts.set("command", command);
  const entrypoint = JSON.stringify(Config.Entrypoint ?? []);
  if (entrypoint !== JSON.stringify(image.entrypoint)) facts.set("entry point", entrypoint);
  if (Config.User !== image.user) facts.set("user", Config.User);
  for (const { Name, Soft, Hard } of HostConfig.Ulimits ?? []) facts.set(`limit ${Name}`, `${Soft}:${Hard}`);
  for (const [path, options] of Object.entries(HostConfig.Tmpfs ?? {}))
    facts.set(`memory file system ${path}`, options);
  for (const [inside, bindings] of Object.entries(HostConfig.PortBindings ?? {}))
    for (const { HostIp, HostPort } of bindings ?? []) facts.set(port(HostIp, HostPort, inside), "published");
  for (const { Type, Name, Source, Destination, RW } of container.Mounts)
    // One without a name is the image's own.
    if (Type !== "tmpfs" && !/^[0-9a-f]{64}$/.test(Name ?? ""))
      facts.set(`mount ${Destination}`, mount(Type, Name ?? Source, RW));
  for (const name of Object.keys(container.NetworkSettings.Networks))
    facts.set(`network ${name}`, "attached");
  for (const [name, value] of Object.entries(Config.Labels ?? {}))
    if (image.labels[name] !== value) facts.set(`label ${name}`, value);
  const own = new Set(image.env);
  for (const [name, value] of variables((Config.Env ?? []).filter((each) => !own.has(each))))
    facts.set(`variable ${name}`, value);
  return facts;
}

const ABSENT = "(none)";

/** What differs between two sides, sorted by name; values of variables are not told. */
export function differences(
  subject: string,
  expected: Facts,
  found: Facts,
  image: Pick<ImageDefaults, "cmd" | "entrypoint" | "user" | "labels" | "env">,
): Difference[] {
  const defaults = imageFacts(image);
  return [...new Set([...expected.keys(), ...found.keys()])].sort().flatMap((what) => {
    // What the image gives anyway may be said by the one side and not by the other.
    const [left, right] = [expected.get(what) ?? defaults.get(what), found.get(what) ?? defaults.get(what)];
    if (left === right) return [];
    const hidden = what.startsWith("variable ");
    const shown = (value: string | undefined) =>
      value === undefined ? ABSENT : hidden ? "(a value)" : value;
    const changed = hidden && left !== undefined && right !== undefined;
    return [{ subject, what, expected: shown(left), found: changed ? "(another value)" : shown(right) }];
  });
}

function imageFacts({ cmd, entrypoint, user, labels, env }: Parameters<typeof differences>[3]): Facts {
  return new Map([
    ["command", JSON.stringify(cmd)],
    ["entry point", JSON.stringify(entrypoint)],
    ["user", user],
    ...Object.entries(labels).map(([name, value]) => [`label ${name}`, value] as const),
    ...variables(env).map(([name, value]) => [`variable ${name}`, value] as const),
  ]);
}

function port(ip: string, outside: string, inside: string): string {
  return `port ${ip === "" ? "0.0.0.0" : ip}:${outside} to ${inside}`;
}

function mount(type: string, source: string, writable: boolean): string {
  return `${type} ${source}, ${writable ? "writable" : "read-only"}`;
}

/** Order does not count. */
function list(values: unknown): string {
  return texts(values).sort().join(", ") || "none";
}

function texts(values: unknown): string[] {
  return Array.isArray(values) ? values.map(String) : [];
}

function objects(values: unknown): Values[] {
  return Array.isArray(values) ? (values as Values[]) : [];
}

function variables(envs: string[]): [string, string][] {
  return envs.map((env): [string, string] => {
    const at = env.indexOf("=");
    return at < 0 ? [env, ""] : [env.slice(0, at), env.slice(at + 1)];
  });
}
