import { beforeAll, describe, expect, it } from "vitest";
import { committedConfig, type ProgramRun, runProgram, TYPES } from "./program";

const from = "000012-20260301T040000Z";
const backup = {
  image: { id: `sha256:${"9".repeat(64)}` },
  recipients: [`age1${"q".repeat(58)}`, `age1${"p".repeat(58)}`],
};

describe("a stack that is restored from a backup", () => {
  let before: ProgramRun;
  let run: ProgramRun;
  beforeAll(async () => {
    const config: Record<string, unknown> = { ...(await committedConfig("Pulumi.dev.yaml")), backup };
    before = await runProgram(config);
    const database = { ...(config.database as object), restore: { from, as: "restored-12" } };
    run = await runProgram({ ...config, database });
  });

  const server = ({ find }: ProgramRun) =>
    find(TYPES.container, /^database-/) as unknown as { name: string; inputs: Record<string, never> };

  it("has the server on the new volume, under names of its own", () => {
    expect(server(before).name).toBe("database-postgres");
    const { name, inputs } = server(run);
    expect(name).toBe("database-postgres-restored-12");
    expect(inputs.mounts).toMatchObject([{ source: "strongroom-dev-restored-12" }]);
    expect(inputs.networksAdvanced).toMatchObject([{ aliases: ["database-restored-12"] }]);
  });

  it("keeps the old volume as it was, protected, and lets the new one leave again", () => {
    const old = run.find(TYPES.volume, "database-database");
    expect(old).toEqual(before.find(TYPES.volume, "database-database"));
    expect(old.protect).toBe(true);
    const fresh = run.find(TYPES.volume, "database-restored-12");
    expect(fresh.protect).toBe(false);
    expect(fresh.inputs.labels).toContainEqual({ label: "strongroom.restored-from", value: from });
  });

  it("gives both services a release on the new database, and the routes what a move needs", () => {
    for (const service of ["server", "dashboard"]) {
      const [old, next] = [before, run].map(({ find }) => find(TYPES.container, new RegExp(`^${service}-`)));
      expect(next!.name).not.toBe(old!.name);
      expect(old!.inputs.labels).not.toContainEqual(
        expect.objectContaining({ label: "strongroom.database-host" }),
      );
      expect(next!.inputs.labels).toContainEqual({
        label: "strongroom.database-host",
        value: "database-restored-12",
      });
      expect(next!.inputs.envs).toContain("DATABASE_HOST=database-restored-12");
    }
    const { stdin } = run.find(TYPES.command, "routes-apply").inputs as { stdin: { value: string } };
    expect(JSON.parse(stdin.value)).toMatchObject({
      move: { databaseHost: "database-restored-12", container: "database-postgres-restored-12-id" },
    });
  });

  it("provisions the new database only if it was filled from the backup", () => {
    const { stdin } = run.find(TYPES.command, "database-provision").inputs as { stdin: { value: string } };
    expect(JSON.parse(stdin.value)).toMatchObject({ restoredFrom: from });
  });

  it("leaves the sidecar at the old database until the product has been moved", () => {
    const { dependsOn } = run.find(TYPES.container, "backup-sidecar");
    expect(dependsOn.some((urn) => urn.endsWith("::routes-apply"))).toBe(true);
  });
});
