import { expect, it } from "vitest";
import { commandName } from "./arguments";

it.each([
  [["up"], "up"],
  [["--stack", "prod", "preview", "--json"], "preview"],
  [["-s", "up", "down"], "down"],
  [["--stack=prod", "doctor"], "doctor"],
  [["--config-file", "up", "--verbose", "env"], "env"],
  [["--help"], undefined],
  [[], undefined],
])("the command of %j is %s", (args, name) => {
  expect(commandName(args)).toBe(name);
});
