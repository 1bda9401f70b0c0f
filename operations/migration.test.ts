import { describe, expect, it } from "vitest";
import { type LedgerEntry, passedBy } from "./migration";

const entry = (version: string, result: LedgerEntry["result"] = "done"): LedgerEntry => ({
  id: 1,
  image: `image:${version}`,
  version,
  result,
  finishedAt: "",
  dump: "",
});
const release = (version: string) => ({ image: `image:${version}`, version });

describe("a database", () => {
  it("has passed a release when it was brought to another one after it", () => {
    const ledger = [entry("1.9"), entry("1.10")];
    expect(passedBy(ledger, release("1.9"), false)?.version).toBe("1.10");
    expect(passedBy(ledger, release("1.10"), true)).toBeUndefined();
  });

  it.each<[string, LedgerEntry[], string, string | undefined]>([
    ["has passed one that is older than what it had", [entry("1.10"), entry("latest")], "1.9", "1.10"],
    ["has not passed a newer one", [entry("1.9")], "1.10", undefined],
    ["has not passed another build", [entry("1.10")], "1.10.0", undefined],
    ["has not passed one that cannot be compared", [entry("1.10"), entry("latest")], "abc", undefined],
    ["has not passed one by a migration that failed", [entry("1.10", "failed")], "1.9", undefined],
  ])("that never had it %s", (_, ledger, version, expected) => {
    expect(passedBy(ledger, release(version), true)?.version).toBe(expected);
    expect(passedBy(ledger, release(version), false)).toBeUndefined();
  });
});
