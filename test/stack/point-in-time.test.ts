import { beforeAll, describe, expect, it } from "vitest";
import { committedConfig, type ProgramRun, runProgram, SECRET_SIGNATURE, TYPES } from "./program";

const backup = {
  image: { id: `sha256:${"9".repeat(64)}` },
  recipients: [`age1${"q".repeat(58)}`, `age1${"p".repeat(58)}`],
};

describe("a stack with point in time recovery", () => {
  let without: ProgramRun;
  let run: ProgramRun;
  beforeAll(async () => {
    const config: Record<string, unknown> = await committedConfig("Pulumi.dev.yaml");
    without = await runProgram({ ...config, backup });
    run = await runProgram({ ...config, backup: { ...backup, pointInTime: { slotMiB: 512 } } });
  });

  it("is, but for the archive, and the database that lets it in, the one without", () => {
    const names = (resources: ProgramRun["resources"]) => resources.map(({ name }) => name).sort();
    expect(names(run.resources.filter(({ name }) => !/^wal(-|$)/.test(name)))).toEqual(
      names(without.resources),
    );
    const database = (each: ProgramRun) => each.find(TYPES.container, "database-postgres").inputs;
    const envs = (each: ProgramRun) => String(database(each).envs);
    expect(envs(run).replace("host replication vault_wal all scram-sha-256\n", "")).toBe(envs(without));
    expect(envs(run)).not.toBe(envs(without));
    const command = [...(database(run).command as string[])];
    command.splice(command.indexOf("max_slot_wal_keep_size=512MB") - 1, 2);
    expect(command).toEqual(database(without).command);
  });

  it("has the sidecar on the database's network alone, hardened, with its volume and no other of the backups", () => {
    const { inputs, deleteBeforeReplace } = run.find(TYPES.container, "wal-sidecar");
    expect(inputs.networksAdvanced).toEqual(
      run.find(TYPES.container, "backup-sidecar").inputs.networksAdvanced,
    );
    expect(inputs).toMatchObject({ user: "999:999", readOnly: true, capabilities: { drops: ["ALL"] } });
    expect(inputs.ports).toBeUndefined();
    expect(inputs.mounts).toEqual([
      { type: "volume", source: "strongroom-dev-wal", target: "/var/lib/strongroom-wal" },
      expect.objectContaining({ target: "/run/strongroom/secrets", readOnly: true }),
    ]);
    expect(deleteBeforeReplace).toBe(true);
    expect(inputs.command).toEqual(["node", "/app/main.js", "wal"]);
    expect(String(inputs.envs)).toContain(
      '"database":{"host":"database","name":"vault","port":5432,"role":"vault_wal"}',
    );
  });

  it("gives the role's password to a file and to the database alone, as a secret", () => {
    const write = JSON.stringify(run.find(TYPES.command, "wal-files-write").inputs);
    expect(write).toContain(SECRET_SIGNATURE);
    const provision = JSON.stringify(run.find(TYPES.command, "database-provision").inputs);
    expect(provision).toContain("vault_wal");
    expect(JSON.stringify(without.find(TYPES.command, "database-provision").inputs)).not.toContain(
      "vault_wal",
    );
  });
});
