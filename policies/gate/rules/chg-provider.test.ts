import { cases, change } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-provider";

const docker = "pulumi:providers:docker";
const record = "cloudflare:index/dnsRecord:DnsRecord";
const some = { host: "unix:///a" };

cases(rule, {
  pass: {
    kept: change(docker, some, some),
    updated: change(docker, some, { host: "b" }, { kind: "update" }),
    "a new one": change(docker, undefined, some),
    "an SDK's own": change("pulumi:providers:tls", {}, undefined, { name: "default_5_6_1" }),
    "the actions' one, which stands for no place": change("pulumi:providers:command", {}, undefined),
    "same zone": change(record, { zoneId: "z" }, { zoneId: "z" }),
    "a record more": change(record, undefined, { zoneId: "z" }),
    "a record less": change(record, { zoneId: "z" }, undefined),
    "something else with a zone": change("other:index:Thing", { zoneId: "z" }, { zoneId: "y" }),
  },
  fail: {
    deleted: [change(docker, some, undefined), "the provider would be deleted"],
    replaced: [change(docker, some, some, { kind: "replace" }), "the provider would be replaced"],
    "another zone": [change(record, { zoneId: "z" }, { zoneId: "y" }), "another zone"],
  },
  unjudgeable: { "zone not known": change(record, { zoneId: "z" }, { zoneId: UNKNOWN }) },
});
