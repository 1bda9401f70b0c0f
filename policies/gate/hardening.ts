import { field, isObject, list, objects, text, texts, type Values } from "./values";

const HOST_NAMESPACES = ["pidMode", "ipcMode", "usernsMode", "cgroupnsMode"];
const TMPFS_FLAGS = ["noexec", "nosuid", "nodev"];
/** Variables by which a process trusts every certificate, as `NAME=value`. */
const TLS_OFF = /^(NODE_TLS_REJECT_UNAUTHORIZED=0|SMTP_ALLOW_INVALID_CRT=true|PGSSLMODE=(disable|allow))$/i;

/**
 * In how many ways a container is less confined than it could be: the transition is judged by which of them are
 * new. Each is a sentence for people.
 * @throws Unjudgeable when a field that decides is secret or unknown
 */
export function weaknesses(inputs: Values): string[] {
  const capabilities = objectField(inputs, "capabilities");
  const options = texts(inputs, "securityOpts");
  const checks = { tests: texts(objectField(inputs, "healthcheck"), "tests") };
  return [
    ...when(field(inputs, "privileged") === true, "`privileged` would be set"),
    ...when(
      !texts(capabilities, "drops").some((name) => /^(CAP_)?ALL$/i.test(name)),
      "`capabilities.drops` would no longer be ALL",
    ),
    ...texts(capabilities, "adds").map((name) => `\`capabilities.adds\` would add ${name}`),
    ...when(
      !options.some((option) => /^no-new-privileges(:true)?$/.test(option)),
      "`securityOpts` would no longer hold no-new-privileges",
    ),
    ...options
      .filter((option) => /unconfined|label[=:]disable/.test(option))
      .map((option) => `\`securityOpts\` would hold ${option}`),
    ...when(
      field(inputs, "readOnly") !== true,
      "`readOnly` would be dropped: the root file system could be written",
    ),
    ...when(/^(|0|root)(:|$)/.test(text(inputs, "user")), "`user` would be root"),
    ...when(!field(inputs, "memory"), "`memory` would have no limit"),
    ...when(
      !objects(inputs, "ulimits").some(({ name }) => name === "nproc"),
      "`ulimits` would no longer limit processes",
    ),
    ...when(checks.tests.length === 0 || checks.tests[0] === "NONE", "`healthcheck` would be dropped"),
    ...HOST_NAMESPACES.filter((name) => text(inputs, name) === "host").map(
      (name) => `\`${name}\` would be the host's`,
    ),
    ...["devices", "deviceRequests"]
      .filter((name) => list(inputs, name).length > 0)
      .map((name) => `\`${name}\` would be given`),
    ...tmpfsWeaknesses(objectField(inputs, "tmpfs")),
    ...hostMounts(inputs),
    ...environmentWeaknesses(inputs),
  ];
}

function tmpfsWeaknesses(tmpfs: Values): string[] {
  return Object.keys(tmpfs).flatMap((path) => {
    const flags = text(tmpfs, path).split(",");
    return TMPFS_FLAGS.filter((flag) => !flags.includes(flag)).map(
      (flag) => `\`tmpfs\` ${path} would lose ${flag}`,
    );
  });
}

function hostMounts(inputs: Values): string[] {
  const binds = objects(inputs, "mounts").filter((mount) => text(mount, "type") === "bind");
  const volumes = objects(inputs, "volumes").filter((volume) => text(volume, "hostPath") !== "");
  return [
    ...binds.map((mount) => `\`mounts\` would give it the host's ${text(mount, "source")}`),
    ...volumes.map((volume) => `\`volumes\` would give it the host's ${text(volume, "hostPath")}`),
  ];
}

/** A product that takes secrets by environment has the list secret as a whole; the policy pack sees into it. */
function environmentWeaknesses(inputs: Values): string[] {
  if (isObject(inputs.envs)) return [];
  return texts(inputs, "envs")
    .filter((variable) => TLS_OFF.test(variable))
    .map((variable) => `\`envs\` would set ${variable}: certificates would not be verified`);
}

function objectField(inputs: Values, name: string): Values {
  const value = field(inputs, name);
  return isObject(value) ? value : {};
}

function when(condition: boolean, weakness: string): string[] {
  return condition ? [weakness] : [];
}
