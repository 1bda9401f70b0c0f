import { createHash } from "node:crypto";
import { isObject, isSecret, UNKNOWN, type Values } from "../../policies/gate/values";

/** Inputs that rules read, of whichever type; all others are left out. */
const INPUTS = new Set(
  (
    "capabilities content create delete deviceRequests devices dnsNames earlyRenewalHours environment envs healthcheck host image internal " +
    "ipcMode labels memory mounts name networkMode pidMode ports privileged proxied publishAllPorts readOnly " +
    "securityOpts tmpfs ttl type ulimits update user usernsMode validityPeriodHours volumes zoneId"
  ).split(" "),
);

/** Resources that rules look at though nothing happens to them. */
const KEPT_SAME =
  /^(pulumi:pulumi:Stack|docker:index\/(container:Container|network:Network|volume:Volume)|tls:index\/(certRequest:CertRequest|locallySignedCert:LocallySignedCert))$/;

interface Names {
  stack: string;
  ports: { http: number; https: number };
  /** Image ids by what was built, `folder:tag`. */
  images: Record<string, string>;
}

/** What stands for the id of a local build, so that a fixture is the same on every machine. */
export function imageId(build: string): string {
  return `sha256:${createHash("sha256").update(build).digest("hex")}`;
}

/**
 * An event log of a real preview as it may be kept: without secrets, names of this machine, times, texts for people
 * and whatever no rule reads. What is left is as the engine wrote it.
 * @throws Error when something of the stack's own is left in it
 */
export function sanitised(eventLog: string, names: Names): string {
  const replaced = withoutNames(eventLog, names);
  const kept = replaced
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Values)
    .map(reduced)
    .filter((event) => event !== undefined);
  const text = kept
    .map((event, sequence) => `${JSON.stringify({ sequence, timestamp: 0, ...event })}\n`)
    .join("");
  if (text.includes(names.stack)) throw new Error(`the stack's name ${names.stack} is left in the fixture`);
  if (/PRIVATE KEY|"plaintext"|\/(root|home|tmp\/strongroom)/.test(text))
    throw new Error("a key, a secret or a path is left in the fixture");
  return text;
}

function withoutNames(text: string, { stack, ports, images }: Names): string {
  const known = Object.entries(images).reduce((all, [build, id]) => all.replaceAll(id, imageId(build)), text);
  const kept = new Set(Object.keys(images).map((build) => imageId(build).slice("sha256:".length)));
  const others = new Map<string, string>();
  return known
    .replaceAll(stack, "test")
    .replace(new RegExp(`\\b${ports.https}\\b`, "g"), "8443")
    .replace(new RegExp(`\\b${ports.http}\\b`, "g"), "8080")
    .replace(/\b[0-9a-f]{64}\b/g, (hash) => {
      if (kept.has(hash)) return hash;
      if (!others.has(hash)) others.set(hash, String(others.size + 1).padStart(64, "0"));
      return others.get(hash)!;
    });
}

function reduced(event: Values): Values | undefined {
  const { resourcePreEvent: pre, resOutputsEvent: done, summaryEvent: summary } = event;
  if (isObject(pre)) {
    const metadata = pre.metadata as Values;
    const isKept = metadata.op !== "same" || KEPT_SAME.test(String(metadata.type)) || isGuarded(metadata);
    if (metadata.op === "refresh") return undefined;
    return isKept ? { resourcePreEvent: { metadata: step(metadata), planning: true } } : undefined;
  }
  if (isObject(done)) {
    const metadata = done.metadata as Values;
    const isKept =
      metadata.op === "refresh" ? metadata.new === null : metadata.type === "pulumi:pulumi:Stack";
    return isKept ? { resOutputsEvent: { metadata: step(metadata), planning: true } } : undefined;
  }
  if (isObject(summary)) return { summaryEvent: { ...summary, durationSeconds: 0, PolicyPacks: {} } };
  if ("preludeEvent" in event) return { preludeEvent: { config: {} } };
  return "cancelEvent" in event ? { cancelEvent: {} } : undefined;
}

function isGuarded({ old, new: next }: Values): boolean {
  return [old, next].some(
    (side) => isObject(side) && (side.protect === true || side.retainOnDelete === true),
  );
}

function step({ op, urn, type, old, new: next, diffs }: Values): Values {
  const secrets = new Set([...secretsOf(old), ...secretsOf(next)]);
  return { op, urn, type, old: side(old, secrets), new: side(next, secrets), ...(diffs ? { diffs } : {}) };
}

function secretsOf(value: unknown): string[] {
  if (!isObject(value) || !isObject(value.inputs)) return [];
  return Object.entries(value.inputs).flatMap(([name, each]) => (isSecret(each) ? [name] : []));
}

function isInClear(name: string, value: unknown, secrets: Set<string>): boolean {
  return secrets.has(name) && !isSecret(value) && value !== UNKNOWN;
}

/** @param secrets inputs that are a secret on either side: where one is in clear it is told that it is, and not what */
function side(value: unknown, secrets: Set<string>): Values | null {
  if (!isObject(value)) return null;
  const { inputs, outputs, urn, type, provider, protect, retainOnDelete, delete: doomed, initErrors } = value;
  const given = isObject(inputs) ? inputs : {};
  const urls = isObject(outputs) && type === "pulumi:pulumi:Stack" ? outputs.urls : undefined;
  return {
    urn,
    type,
    inputs: Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => INPUTS.has(name) || secrets.has(name))
        .map(([name, each]) => [name, isInClear(name, each, secrets) ? "in clear" : each]),
    ),
    ...(urls ? { outputs: { urls } } : {}),
    provider,
    ...(protect ? { protect } : {}),
    ...(retainOnDelete ? { retainOnDelete } : {}),
    ...(doomed ? { delete: doomed } : {}),
    ...(Array.isArray(initErrors) && initErrors.length > 0 ? { initErrors: initErrors.map(() => "") } : {}),
  };
}
