import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const steps = (image: string) => {
  const text = readFileSync(join(__dirname, "../..", image, "Dockerfile"), "utf8");
  return text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .split(/\n(?=[A-Z]+ )/)
    .filter((step) => step.startsWith("RUN "))
    .map((step) => step.trim());
};

it("the image begins with the very steps of the database's, so that they are made once", () => {
  expect(steps("backup").slice(0, 2)).toEqual(steps("postgres"));
});
