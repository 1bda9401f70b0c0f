import { describe, expect, it } from "vitest";
import { IncompatibleSchema, migrationsOf, pendingMigrations, type Applied } from "./migrations";
import releases from "../releases.json";

const release = (schema: number, fault: "none" | "failing-migration" = "none") =>
  migrationsOf({ version: "test", schema, fault });
const applied = (schema: number): Applied[] => release(schema);
const versions = (schema: number, ledger: Applied[]) =>
  pendingMigrations(release(schema), ledger).map(({ version }) => version);

describe("pendingMigrations", () => {
  it("gives all of them on an empty database, in order", () => {
    expect(versions(4, [])).toEqual([1, 2, 3, 4]);
  });

  it("gives only those after the schema's version, whatever the ledger's order", () => {
    expect(versions(4, applied(2).reverse())).toEqual([3, 4]);
    expect(versions(2, applied(2))).toEqual([]);
  });

  it("leaves a newer schema that is compatible as it is", () => {
    expect(versions(1, applied(3))).toEqual([]);
    expect(versions(3, applied(4))).toEqual([]);
  });

  it.each([1, 2])("refuses schema 4 for a release that knows %i", (schema) => {
    expect(() => versions(schema, applied(4))).toThrow(IncompatibleSchema);
    expect(() => versions(schema, applied(4))).toThrow(/migration 4 .* know schema 3 or later/);
  });

  it("refuses a ledger with a gap or of another history", () => {
    expect(() => versions(4, applied(3).slice(1))).toThrow(/lacks version 1/);
    const other = [{ version: 1, name: "something-else", minimum: 1 }];
    expect(() => versions(1, other)).toThrow(/"something-else" in the database, "vault" here/);
  });

  it("refuses a list that is not numbered one by one", () => {
    expect(() => pendingMigrations(release(3).slice(1), [])).toThrow(/stands at place 1/);
  });
});

describe("migrationsOf", () => {
  it("lets the last migration of a failing release fail after its first statement", () => {
    const [first, second] = release(2, "failing-migration");
    expect(first).toEqual(release(2)[0]);
    expect(second!.name).toBe(release(2)[1]!.name);
    expect(second!.statements[0]).toBe(release(2)[1]!.statements[0]);
    expect(second!.statements[1]).toBe("SELECT 1 / 0");
  });

  it("has a migration for every schema that a release names", () => {
    for (const { SCHEMA } of Object.values(releases))
      expect(release(Number(SCHEMA))).toHaveLength(Number(SCHEMA));
  });
});
