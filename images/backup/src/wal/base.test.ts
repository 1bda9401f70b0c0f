import { expect, it } from "vitest";
import { readLabel } from "./base";

const label = `START WAL LOCATION: 0/4000028 (file 000000010000000000000004)
CHECKPOINT LOCATION: 0/4000060
BACKUP METHOD: streamed
BACKUP FROM: primary
START TIME: 2026-03-01 04:00:00 UTC
LABEL: pg_basebackup base backup
START TIMELINE: 1
`;

it("reads from a base backup's label where its log begins", () => {
  expect(readLabel(label)).toEqual({ timeline: 1, start: "000000010000000000000004" });
});

it.each(["START TIMELINE", "START WAL LOCATION"])("refuses a label without %s", (line) => {
  expect(() => readLabel(label.replace(line, "LABEL"))).toThrow("does not say where the log begins");
});
