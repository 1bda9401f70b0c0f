import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestStack } from "./support/test-stack";

describe("the policy pack in an up", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
  });
  afterAll(() => stack?.destroy());

  it("stops a change that the config allows and a rule does not, before anything is made", async () => {
    stack.configure((config) => {
      config.certificates.default.validityHours = 30_000;
    });
    const { exitCode, output } = await stack.run(["up", "--yes"]);
    expect(exitCode, output).toBe(1);
    expect(output).toContain("tls-validity");
    expect(output).toMatch(/mandatory/i);
    expect(await stack.inventory()).toEqual([]);
  });
});
