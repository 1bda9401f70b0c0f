import { expect, it, vi } from "vitest";
import { database, dataVolume, replica } from "../../policies/gate/testing/changes";
import { report } from "./testing/reports";

// What is loaded when it is needed cannot be found by tests.
vi.mock("../lazy", () => ({ lazy: { databaseMove: () => ({ databaseMoveOf: () => [] }) } }));

const on = (source: string) => ({ mounts: [{ type: "volume", source }] });
const moved = [database(on("first"), undefined), database(undefined, on("restored"))];
const fresh = (protect: boolean) => dataVolume(undefined, { name: "restored", $: { protect } });

it("from a restored database asks for its name; from anything else it is the reverse diff", () => {
  const reverse = "revert the diff and run up";
  const named = "name the restored volume in database.leave";
  expect(report([fresh(false), ...moved]).wayBack).toContain(named);
  expect(report([fresh(true), ...moved]).wayBack).toBe(reverse);
  expect(report([fresh(false), database(undefined, on("restored"))]).wayBack).toBe(reverse);
  expect(report([dataVolume({}, undefined), ...moved]).wayBack).toBe(reverse);
  expect(report([replica({}, undefined), ...moved]).wayBack).toBe(reverse);
});
