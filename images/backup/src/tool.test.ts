import { describe, expect, it } from "vitest";
import { pipeTools } from "./tool";

const shell = (script: string) => ({ command: "sh", args: ["-c", script] });

describe("two programs in a row", () => {
  it("end well when the second has all that it wants before the first ends", async () => {
    await pipeTools(shell("printf a; sleep 0.3"), shell("head -c 1 >/dev/null"));
  });

  it.each([
    ["the first", "printf a; sleep 0.1; exit 3", "cat >/dev/null", /sh ended with 3/],
    [
      "the second, which closes early",
      "printf a; sleep 0.3",
      "head -c 1 >/dev/null; exit 4",
      /sh ended with 4/,
    ],
    ["both", "printf a; exit 3", "cat >/dev/null; exit 4", /sh ended with 3.*sh ended with 4/],
  ])("fail by %s", async (_, from, to, message) => {
    await expect(pipeTools(shell(from), shell(to))).rejects.toThrow(message);
  });
});
