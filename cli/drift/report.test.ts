import { describe, expect, it } from "vitest";
import { createRedactor } from "../redact";
import type { Difference } from "./container";
import { driftJson, driftText } from "./report";

const CANARY = 'canary-"6f1d0c\\';
const redactor = createRedactor([CANARY]);
const KEY = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----";

const differences: Difference[] = [
  { subject: "server-1", what: "label token", expected: "(none)", found: CANARY },
  { subject: "server-1", what: "command", expected: '["serve"]', found: JSON.stringify(["serve", CANARY]) },
  { subject: `stray-${CANARY}`, what: `label ${CANARY}`, expected: CANARY, found: KEY },
];
const report = { stack: "test", differences };

describe("a report on drift", () => {
  it("is JSON without secrets, field by field", () => {
    const text = driftJson(report, redactor);
    expect(text).not.toMatch(/canary|MIIB/);
    expect(JSON.parse(text)).toEqual({
      schema: 1,
      differences: [
        { subject: "server-1", what: "label token", expected: "(none)", found: "[secret]" },
        { subject: "server-1", what: "command", expected: '["serve"]', found: '["serve","[secret]"]' },
        { subject: "stray-[secret]", what: "label [secret]", expected: "[secret]", found: "[secret]\n" },
      ],
    });
  });

  it("is text without secrets", () => {
    const text = driftText(report, redactor);
    expect(text).not.toMatch(/canary|MIIB/);
    expect(text).toMatch(
      /^Stack test: 3 differences\n {2}server-1 {2}label token: \[secret\], expected \(none\)\n/,
    );
    expect(driftText({ stack: "test", differences: differences.slice(0, 1) }, redactor)).toContain(
      "Stack test: 1 difference\n",
    );
  });

  it("says that there is no difference", () => {
    const none = { stack: "test", differences: [] };
    expect(driftJson(none, redactor)).toBe('{"schema":1,"differences":[]}\n');
    expect(driftText(none, redactor)).toBe("Stack test: as the last update left it\n");
  });
});
