import { beforeAll, describe, expect, it } from "vitest";
import { committedConfig, type ProgramRun, runProgram, SECRET_SIGNATURE, TYPES } from "./program";

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----
${Buffer.from("openssh-key-v1\0\0\0\0\u0004none and so on").toString("base64")}
-----END OPENSSH PRIVATE KEY-----`;
const hostKey = `ssh-ed25519 ${"A".repeat(68)}`;
const backup = {
  image: { id: `sha256:${"9".repeat(64)}` },
  recipients: [`age1${"q".repeat(58)}`, `age1${"p".repeat(58)}`],
};
const offsite = { type: "ssh", host: "backup.example.com", user: "vault", hostKey, key: KEY };

describe("a stack with copies off the host", () => {
  let without: ProgramRun;
  let run: ProgramRun;
  beforeAll(async () => {
    const config: Record<string, unknown> = await committedConfig("Pulumi.dev.yaml");
    without = await runProgram({ ...config, backup });
    run = await runProgram({ ...config, backup: { ...backup, offsite } }, "dev", ["backup"]);
  });

  it("is, but for the shipper, the one without", () => {
    const others = run.resources.filter(({ name }) => !name.startsWith("shipper"));
    const names = ({ resources }: Pick<ProgramRun, "resources">) => resources.map(({ name }) => name).sort();
    expect(names({ resources: others })).toEqual(names(without));
    expect(without.find(TYPES.container, "backup-sidecar")).toEqual(
      run.find(TYPES.container, "backup-sidecar"),
    );
  });

  it("has the shipper alone on a network that leads out, with the backups read-only, as another user", () => {
    const { inputs, deleteBeforeReplace } = run.find(TYPES.container, "shipper-sidecar");
    const name = "shipper-network-abc1234";
    expect(inputs.networksAdvanced).toEqual([{ name }]);
    expect(run.find(TYPES.network, "shipper-network").inputs.internal).toBeFalsy();
    const joined = run
      .all(TYPES.container)
      .filter((each) => JSON.stringify(each.inputs.networksAdvanced).includes(name));
    expect(joined).toHaveLength(1);
    expect(inputs).toMatchObject({ user: "998:999", readOnly: true, capabilities: { drops: ["ALL"] } });
    expect(inputs.ports).toBeUndefined();
    expect(inputs.mounts).toContainEqual({
      type: "volume",
      source: "strongroom-dev-backups",
      target: "/var/lib/strongroom",
      readOnly: true,
    });
    expect(deleteBeforeReplace).toBe(true);
    expect(run.find(TYPES.volume, "shipper-data").inputs.name).toBe("strongroom-dev-shipped");
  });

  it("gives the key to its file alone, as a secret", () => {
    const all = run.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(KEY.split("\n")[1]!));
    expect(all.map(({ name }) => name)).toEqual(["shipper-files-write"]);
    expect(JSON.stringify(all[0]!.inputs)).toContain(SECRET_SIGNATURE);
    const { envs, command } = run.find(TYPES.container, "shipper-sidecar").inputs;
    expect(command).toEqual(["node", "/app/main.js", "ship"]);
    expect(envs).toEqual([
      'STRONGROOM_SHIPPER={"periodSeconds":86400,"stack":"dev","target":{"host":"backup.example.com","port":22,"user":"vault"}}',
    ]);
  });
});
