import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseUpdate } from "../../policies/gate/update";
import { grownPreview } from "./grown-preview";

const release = readFileSync(
  join(__dirname, "..", "..", "policies", "gate", "fixtures", "release.jsonl"),
  "utf8",
);

it.each([50, 200])("a preview grows to %d resources that the gate can judge", (count) => {
  const update = parseUpdate(grownPreview(release, count));
  expect(update.succeeded).toBe(true);
  expect(update.changes).toHaveLength(count);
  expect(new Set(update.changes.map(({ urn }) => urn)).size).toBe(count);
  expect(update.outputs).toEqual(parseUpdate(release).outputs);
  const kinds = (kind: string) => update.changes.filter((change) => change.kind === kind).length;
  expect(kinds("create") + kinds("update") + kinds("delete") + kinds("same")).toBe(count);
  expect(kinds("create")).toBeGreaterThan(count / 5);
});
