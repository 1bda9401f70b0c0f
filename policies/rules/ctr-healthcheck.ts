import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-healthcheck",
  level: "mandatory",
  why: "Without a health check nothing can tell a container that runs from one that works, and a failed release gets traffic.",
  remedy: 'Set `healthcheck.tests`, e.g. ["CMD", "program", "healthcheck"].',
  source: "CIS Docker 1.6, 5.27",
  types: [TYPES.container],
  check({ inputs, report }) {
    const words: string[] = [];
    inputs.fields("healthcheck").texts("tests", (word) => words.push(word));
    if (words[0] === "NONE") report("`healthcheck.tests` switches the image's health check off");
    // The first word only says how the rest is run.
    else if (words.length < 2) report("`healthcheck.tests` is not set");
  },
};
