import { cases, change, database, network, replica, SECRET } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-harden-regress";

const hard = {
  capabilities: { drops: ["ALL", "NET_RAW"] },
  securityOpts: ["no-new-privileges:true", "seccomp=default"],
  readOnly: true,
  user: "10001:10001",
  memory: 256,
  ulimits: [
    { name: "nproc", soft: 1 },
    { name: "nofile", soft: 1 },
  ],
  healthcheck: { tests: ["CMD", "x"] },
  tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=1" },
  mounts: [{ type: "volume", source: "v", target: "/v" }],
  volumes: [{ volumeName: "v", containerPath: "/v" }],
  envs: ["A=1"],
};
const weaker = (change: object) => database(hard, { ...hard, ...change });

cases(rule, {
  pass: {
    kept: weaker({}),
    "weak already": replica({}, {}),
    harder: database({}, hard),
    made: database(undefined, {}),
    removed: database(hard, undefined),
    "in other words": weaker({
      capabilities: { drops: ["cap_all"] },
      securityOpts: ["no-new-privileges"],
      pidMode: "private",
      devices: [],
    }),
    "of a service without a release in service": [
      replica(hard, undefined, { service: "other" }),
      replica(undefined, {}, { name: "server-2" }),
    ],
    "another type beside it": [
      change(TYPES.volume, hard, undefined, { role: "service", service: "server" }),
      replica(undefined, {}, { name: "server-2" }),
    ],
    "of another role": [database(hard, hard, { kind: "same" }), replica(undefined, {})],
    "a release more that is only made": [
      replica(undefined, {}),
      replica(undefined, {}, { name: "server-2" }),
    ],
    "a network that stays internal": network({ internal: true }, { internal: true }),
    "a network that never was": network({}, {}),
    "a network that becomes it": network({}, { internal: true }),
    "a network that is made": network(undefined, {}),
    "a network that goes": network({ internal: true }, undefined),
    "something else that is internal": change(TYPES.volume, { internal: true }, {}),
    "verification left on": weaker({
      envs: ["NODE_TLS_REJECT_UNAUTHORIZED=1", "XNODE_TLS_REJECT_UNAUTHORIZED=0"],
    }),
    "an environment that is secret": weaker({ envs: SECRET }),
  },
  fail: {
    privileged: [weaker({ privileged: true }), "privileged"],
    "fewer dropped": [weaker({ capabilities: { drops: ["NET_RAW"] } }), "capabilities.drops"],
    "not quite all dropped": [weaker({ capabilities: { drops: ["ALLX"] } }), "capabilities.drops"],
    added: [weaker({ capabilities: { drops: ["ALL"], adds: ["CAP_NET_RAW"] } }), "CAP_NET_RAW"],
    "new privileges": [weaker({ securityOpts: [] }), "no-new-privileges"],
    "new privileges, false": [weaker({ securityOpts: ["no-new-privileges:false"] }), "no-new-privileges"],
    unconfined: [
      weaker({ securityOpts: [...hard.securityOpts, "seccomp=unconfined"] }),
      "seccomp=unconfined",
    ],
    "no labels": [weaker({ securityOpts: [...hard.securityOpts, "label=disable"] }), "label=disable"],
    writable: [weaker({ readOnly: false }), "readOnly"],
    root: [weaker({ user: "root" }), "root"],
    "root by number": [weaker({ user: "0:0" }), "root"],
    "no user": [weaker({ user: "" }), "root"],
    "no memory limit": [weaker({ memory: 0 }), "memory"],
    "no process limit": [weaker({ ulimits: [{ name: "nofile" }] }), "processes"],
    "no health check": [weaker({ healthcheck: { tests: ["NONE"] } }), "healthcheck"],
    "health check gone": [weaker({ healthcheck: null }), "healthcheck"],
    pid: [weaker({ pidMode: "host" }), "pidMode"],
    ipc: [weaker({ ipcMode: "host" }), "ipcMode"],
    userns: [weaker({ usernsMode: "host" }), "usernsMode"],
    cgroupns: [weaker({ cgroupnsMode: "host" }), "cgroupnsMode"],
    devices: [weaker({ devices: [{}] }), "devices"],
    gpus: [weaker({ deviceRequests: [{}] }), "deviceRequests"],
    exec: [weaker({ tmpfs: { "/tmp": "rw,nosuid,nodev" } }), "noexec"],
    suid: [weaker({ tmpfs: { "/tmp": "rw,noexec,nodev" } }), "nosuid"],
    dev: [weaker({ tmpfs: { "/tmp": "rw,noexec,nosuid" } }), "nodev"],
    bind: [weaker({ mounts: [...hard.mounts, { type: "bind", source: "/etc" }] }), "the host's /etc"],
    "bind, short": [weaker({ volumes: [{ hostPath: "/srv" }] }), "the host's /srv"],
    "no verification": [
      weaker({ envs: ["NODE_TLS_REJECT_UNAUTHORIZED=0"] }),
      "certificates would not be verified",
    ],
    "no verification of mail": [
      weaker({ envs: ["SMTP_ALLOW_INVALID_CRT=TRUE"] }),
      "certificates would not be verified",
    ],
    "no TLS to the database": [weaker({ envs: ["PGSSLMODE=disable"] }), "certificates would not be verified"],
    "a new release": [
      [
        replica(hard, undefined, { service: "other", name: "o" }),
        replica(hard, undefined),
        replica(undefined, { ...hard, readOnly: false }, { name: "server-2" }),
      ],
      "readOnly",
    ],
    "itself, whatever stands beside it": [
      [
        replica({ privileged: true }, { privileged: true }),
        replica(hard, { ...hard, privileged: true }, { name: "server-2" }),
      ],
      "privileged",
    ],
    "the database's network": [network({ internal: true }, {}), "internal"],
  },
  unjudgeable: {
    "user not known": weaker({ user: UNKNOWN }),
    "options not known": weaker({ securityOpts: UNKNOWN }),
  },
});
