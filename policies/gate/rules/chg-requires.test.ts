import { cases, replica, update } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-requires";

const upgrade = (before: unknown[], after: unknown, required?: string) => ({
  update: update([
    ...before.map((image, at) => replica({ image }, undefined, { name: `server-${at}` })),
    replica(undefined, { image: after }, { name: "server-new" }),
  ]),
  facts: { requiredBy: (image: string) => (image === after ? required : undefined) },
});

cases(rule, {
  pass: {
    "nothing required": upgrade(["v1.0"], "v3.0"),
    "the one before": upgrade(["v2.3"], "v3.0", "2.3"),
    "a later one": upgrade(["v2.10"], "v3.0", "2.3"),
    "a first install": upgrade([], "v3.0", "2.3"),
    "the same image": upgrade(["sha256:1"], "sha256:1", "2.3"),
    "one that stays": {
      update: update([replica({ image: "v1.0" }, { image: "v3.0" }, { kind: "same" })]),
      facts: { requiredBy: () => "2.3" },
    },
    "what another image requires": {
      update: upgrade(["v1.0"], "v3.0").update,
      facts: { requiredBy: (image: string) => (image === "v1.0" ? "9" : undefined) },
    },
  },
  fail: {
    "an older one": [upgrade(["v2.2"], "v3.0", "2.3"), "it requires 2.3 or later, and v2.2 runs"],
    "one of two that run": [upgrade(["v2.3", "v2.2"], "v3.0", "2.3"), "and v2.2 runs"],
    "in place": [
      {
        update: update([replica({ image: "v2.2" }, { image: "v3.0" }, { kind: "replace" })]),
        facts: { requiredBy: () => "2.3" },
      },
      "and v2.2 runs",
    ],
  },
  unjudgeable: {
    "version not known": upgrade(["sha256:1"], "v3.0", "2.3"),
    "old image not known": upgrade([UNKNOWN], "v3.0", "2.3"),
    "new image not known": upgrade(["v1"], UNKNOWN, "2.3"),
  },
});
