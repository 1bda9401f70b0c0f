import { cases, update } from "../testing/cases";
import { rule } from "./chg-session";

const generation = (applied: number | undefined, next: number) => ({
  update: update([]),
  facts: { generations: [{ secret: "server/SESSION_SECRET", applied, next }] },
});

cases(rule, {
  pass: {
    "the same generation": generation(2, 2),
    "one that was retired, which another rule refuses": generation(2, 1),
    "a generation of which nobody knows the last": generation(undefined, 2),
    "no secret": update([]).changes,
  },
  fail: {
    "the next generation": [
      generation(1, 2),
      "test: everybody logged in at server would have to log in again: server/SESSION_SECRET would get generation 2",
    ],
    "a later generation": [generation(1, 5), "would get generation 5"],
    "of a program without a stack": [
      { ...generation(1, 2), update: { ...update([]), changes: [] } },
      "log in again",
    ],
  },
  unjudgeable: "the configuration names generations in clear",
});
