import { join } from "node:path";
import { expect, it } from "vitest";
import { createContext, displayPath, stateFolder } from "./context";
import { CliError, exitCode } from "./exit";

const environment = { STRONGROOM_HOME: "/srv/strongroom" };

it("finds everything from stack and home", () => {
  const context = createContext({}, environment);
  expect(context).toMatchObject({
    stack: "dev",
    home: "/srv/strongroom",
    stackDir: "/srv/strongroom/stacks/dev",
    backendUrl: "file:///srv/strongroom/state",
    verbose: false,
  });
  expect(context.configFile).toBe(join(context.checkout, "Pulumi.dev.yaml"));
  expect(displayPath(context)).toBe("Pulumi.dev.yaml");
  expect(stateFolder(context)).toBe("/srv/strongroom/state");
});

it("takes the stack from the option before the environment", () => {
  expect(createContext({}, { ...environment, PULUMI_STACK: "prod" }).stack).toBe("prod");
  expect(createContext({ stack: "staging" }, { ...environment, PULUMI_STACK: "prod" }).stack).toBe("staging");
});

it("takes another backend for other stacks only", () => {
  const elsewhere = { ...environment, PULUMI_BACKEND_URL: "s3://states" };
  expect(createContext({ stack: "prod" }, elsewhere).backendUrl).toBe("s3://states");
  expect(stateFolder(createContext({ stack: "prod" }, elsewhere))).toBeUndefined();
  expect(createContext({ stack: "dev" }, elsewhere).backendUrl).toBe("file:///srv/strongroom/state");
});

it.each(["Prod", "1st", "a_b", "a/b", "../x", "", "a".repeat(32)])(
  "refuses %j as a stack's name",
  (stack) => {
    const attempt = () => createContext({ stack }, environment);
    expect(attempt).toThrow(CliError);
    expect(attempt).toThrow(expect.objectContaining({ code: exitCode.usage }));
  },
);
