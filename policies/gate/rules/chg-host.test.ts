import { cases, change, dataVolume, update } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-host";

const on = (provider: string) => ({ $: { provider } });
const tls = "tls:index/privateKey:PrivateKey";

const there = dataVolume({}, {}, { kind: "same" });
const daemons = (applied: string | undefined, changes = [there]) => ({
  update: update(changes),
  facts: { daemons: [{ host: "local", applied, now: "a" }] },
});

cases(rule, {
  pass: {
    "the same daemon": daemons("a"),
    "a daemon that is new to this machine": daemons(undefined),
    "another daemon, and nothing on it yet": daemons("b", [
      dataVolume(undefined, {}),
      change(TYPES.dockerProvider, { host: "unix:///a" }, { host: "unix:///a" }),
    ]),
    "same host": change(TYPES.dockerProvider, { host: "unix:///a" }, { host: "unix:///a" }),
    "a new host": change(TYPES.dockerProvider, undefined, { host: "unix:///a" }),
    "another provider's field": change("pulumi:providers:tls", { host: "a" }, { host: "b" }),
    "same provider": dataVolume(on("p"), on("p")),
    "made there": dataVolume(undefined, on("p")),
    "removed there": dataVolume(on("p"), undefined),
    "another SDK's version": change(tls, on("default_1"), on("default_2")),
  },
  fail: {
    "another daemon": [daemons("b"), "local: another Docker daemon answers for host local"],
    "another daemon, with something new": [
      daemons("b", [there, dataVolume(undefined, {}, { name: "new" })]),
      "another Docker daemon",
    ],
    "another address": [
      change(TYPES.dockerProvider, { host: "unix:///a" }, { host: "ssh://b" }),
      "another Docker host",
    ],
    moved: [dataVolume(on("p"), on("q")), "move to another Docker host"],
  },
  unjudgeable: { "host not known": change(TYPES.dockerProvider, { host: "a" }, { host: UNKNOWN }) },
});
