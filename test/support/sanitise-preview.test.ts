import { describe, expect, it } from "vitest";
import { SECRET } from "../../policies/gate/testing/changes";
import { imageId, sanitised } from "./sanitise-preview";

const id = `sha256:${"a".repeat(64)}`;
const names = { stack: "e2e-1", ports: { http: 20_001, https: 20_002 }, images: { "demo:1.0.0": id } };
const type = "docker:index/container:Container";
const urn = `urn:pulumi:e2e-1::strongroom::${type}::it`;

function log(before: object | null, after: object | null, op = "update"): string {
  const side = (inputs: object | null) => inputs && { urn, type, inputs, id: "c0ffee", parent: "p" };
  const metadata = { op, urn, type, old: side(before), new: side(after), diffs: ["image"], keys: ["name"] };
  const events = [
    { preludeEvent: { config: { "strongroom:stackKey": "canary" } } },
    { stdoutEvent: { message: "canary" } },
    { resourcePreEvent: { metadata, planning: true } },
    { cancelEvent: {} },
  ];
  return events
    .map((event, sequence) => `${JSON.stringify({ sequence, timestamp: 1_700_000_000, ...event })}\n`)
    .join("");
}

describe("a preview that is kept", () => {
  it("has nothing of its machine, and what rules read as it was", () => {
    const inputs = {
      image: id,
      envs: ["PUBLIC_URL=https://a:20002", `HASH=${"b".repeat(64)}`],
      ports: [{ external: 20_001 }],
      logOpts: { canary: "canary" },
    };
    const text = sanitised(log(inputs, { ...inputs, readOnly: true }), names);
    expect(text).not.toMatch(/canary|e2e-1|2000|1_?7000|c0ffee|aaaa|bbbb|keys/);
    const [prelude, step, end] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(prelude).toEqual({ sequence: 0, timestamp: 0, preludeEvent: { config: {} } });
    expect(end).toEqual({ sequence: 2, timestamp: 0, cancelEvent: {} });
    expect(step).toMatchObject({
      resourcePreEvent: {
        metadata: {
          op: "update",
          urn: urn.replace("e2e-1", "test"),
          diffs: ["image"],
          new: { inputs: { image: imageId("demo:1.0.0"), readOnly: true, ports: [{ external: 8080 }] } },
        },
      },
    });
  });

  it("tells of a secret in clear that it is one, and not what", () => {
    const text = sanitised(log({ stdin: SECRET }, { stdin: "canary" }), names);
    expect(text).toContain('"stdin":"in clear"');
    expect(text).not.toContain("canary");
  });

  it.each([
    ["envs", "-----BEGIN PRIVATE KEY-----"],
    ["envs", "/root/checkout"],
  ])("is none while %s hold %s", (name, value) => {
    expect(() => sanitised(log({ [name]: [value] }, null, "delete"), names)).toThrow(
      "is left in the fixture",
    );
  });
});
