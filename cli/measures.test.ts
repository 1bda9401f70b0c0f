import { expect, it } from "vitest";
import { ageText, sizeText } from "./measures";

it("ages and sizes are told in their largest unit", () => {
  expect([0, 59, 60, 7199, 7200, 86_400].map(ageText)).toEqual(["0 s", "59 s", "1 min", "1 h", "2 h", "1 d"]);
  expect([0, 1023, 1024, 1.5 * 1024 ** 3].map(sizeText)).toEqual(["0 B", "1023 B", "1.0 KiB", "1.5 GiB"]);
});
