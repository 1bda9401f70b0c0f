import { cases, dataVolume, network } from "../testing/cases";
import { rule } from "./chg-network";

cases(rule, {
  pass: {
    kept: network({}, {}, { kind: "same" }),
    made: network(undefined, {}),
    updated: network({}, {}, { kind: "update" }),
    "a volume": dataVolume({}, {}, { kind: "replace" }),
  },
  fail: {
    replaced: [
      network({}, {}, { kind: "replace", diffs: ["ipamConfigs", "ipv6"] }),
      "replaced (ipamConfigs, ipv6)",
    ],
    deleted: [network({}, undefined), "deleted"],
  },
  unjudgeable: "what happens to a resource is always known",
});
