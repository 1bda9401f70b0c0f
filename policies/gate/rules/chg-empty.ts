import { TYPES } from "../../support/types";
import type { GateRule } from "../rule";

const PARTS = ["edge-front", "edge", "database"];

export const rule: GateRule = {
  id: "chg-empty",
  level: "mandatory",
  why: "A program that declares no front, edge or database is the wrong program, stack or configuration.",
  remedy:
    "Look at which stack and which configuration were given. To take the stack down there is `./strongroom down`.",
  source: "strongroom",
  check({ changes }, report) {
    const containers = changes.filter(({ type }) => type === TYPES.container);
    for (const part of PARTS) {
      const own = containers.filter(({ role }) => role === part);
      const gone = own.find(({ before }) => before);
      if (gone && own.every(({ after }) => !after))
        report(gone, `the stack would be left without its ${part}`);
    }
  },
};
