import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestStack } from "./support/test-stack";

describe("the policy pack", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
  });
  afterAll(() => stack?.destroy());

  it("stops an up that the config allows and a rule does not, before anything is made", async () => {
    stack.configure((config) => {
      config.certificates.default.validityHours = 30_000;
    });
    const { exitCode, output } = await stack.run(["up", "--yes"]);
    expect(exitCode, output).toBe(3);
    expect(output).toMatch(/^REFUSED {2}tls-validity {2}\S+: [^]*?^ {2}Remedy: \S/m);
    expect(await stack.inventory()).toEqual([]);
  });
});
