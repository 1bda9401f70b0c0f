import { describe, expect, it } from "vitest";
import { judgeUpdate } from "./judge";
import { judgedPending } from "./pending";
import { FACTS, update } from "./testing/changes";

const of = (type: string, resource: string, interrupted = false) => {
  const urn = `urn:pulumi:test::strongroom::${resource}::it`;
  return judgedPending([{ type, resource: { urn, type: resource } }], interrupted);
};
const container = "docker:index/container:Container";
const record = "cloudflare:index/dnsRecord:DnsRecord";
const levels = (pending: ReturnType<typeof of>) =>
  judgeUpdate({ ...update([]), pending }, FACTS, []).findings.map(({ level, rule }) => `${level} ${rule}`);

describe("a pending operation", () => {
  it.each([
    ["creating", container, false],
    ["updating", container, false],
    ["deleting", "command:local:Command", false],
    // An update that was killed has a record: what it left is the stack's own.
    ["creating", record, true],
  ])("of our own is told: %s %s", (type, resource, interrupted) => {
    expect(levels(of(type, resource, interrupted))).toEqual(["repair repair"]);
  });

  it.each([
    ["creating", record, false],
    ["deleting", record, false],
    ["importing", container, false],
    ["reading", container, false],
    ["importing", container, true],
    ["transmogrifying", container, true],
    ["creating", "evil:docker:Container", false],
  ])("that nobody knows is refused: %s %s", (type, resource, interrupted) => {
    expect(levels(of(type, resource, interrupted))).toEqual(["mandatory chg-fail-closed"]);
  });

  it("has the resource's name", () => {
    expect(of("creating", container)).toEqual([
      {
        urn: `urn:pulumi:test::strongroom::${container}::it`,
        name: "it",
        operation: "creating",
        residue: true,
      },
    ]);
  });
});
