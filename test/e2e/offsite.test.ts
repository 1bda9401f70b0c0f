import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShippingListing } from "../../operations/backup/offsite";
import type { StoreListing } from "../../operations/backup/sidecar";
import type { SignedReceipt } from "../../operations/backup/receipt";
import { type AgeKey, ageKeys, buildBackupImage } from "./support/backups";
import { mustRun } from "./support/command";
import { eventually, readItem, writeItem } from "./support/http";
import { FULL } from "./support/interruption";
import { OffsiteTarget, REPOSITORY } from "./support/offsite-target";
import { CHECKOUT, docker, TestStack } from "./support/test-stack";

/** Longer than a run of CI, where what is made is asked for, but for the first; alarms come after periods. */
const PERIOD_SECONDS = FULL ? 30 : 120;

describe("copies off the host", () => {
  let stack: TestStack;
  let target: OffsiteTarget;
  let image = "";
  let keys: AgeKey[] = [];
  const folder = mkdtempSync(join(tmpdir(), "strongroom-offsite-"));

  beforeAll(async () => {
    stack = await TestStack.create();
    image = await buildBackupImage(stack);
    [target, keys] = await Promise.all([OffsiteTarget.start(stack, image), ageKeys(image, 2)]);
    stack.configure((config) => {
      config.backup = {
        image: { build: "backup", tag: "15" },
        frequency: `${PERIOD_SECONDS}s`,
        keep: 3,
        recipients: keys.map(({ recipient }) => recipient),
        offsite: { type: "ssh", host: "offsite", user: "strongroom", hostKey: target.hostKey },
      };
    });
    const file = join(stack.folder, "offsite.key");
    writeFileSync(file, target.key, { mode: 0o600 });
    const set = `eval "$(./strongroom --stack "$1" --config-file "$2" env)" && exec pulumi config set --secret --path --config-file "$2" strongroom:backup.offsite.key < "$3"`;
    const args = ["-euc", set, "bash", stack.name, stack.configFile, file];
    await mustRun("bash", args, { cwd: CHECKOUT, env: stack.environment });
    await stack.up();
    await target.attach(stack);
  });
  afterAll(async () => {
    await target?.remove();
    await stack?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const shipper = async () => (await stack.containers("shipper", true))[0]!;
  const shipped = async () =>
    JSON.parse(await docker("exec", await shipper(), "node", "/app/main.js", "shipped")) as ShippingListing;
  const idsShipped = async () => (await shipped()).shipped.map(({ receipt }) => receipt.id);
  const json = async <T>(...args: string[]): Promise<T> => {
    const { exitCode, output, stdout } = await stack.start([...args, "--json"]);
    expect(exitCode, output).toBe(0);
    return JSON.parse(stdout) as T;
  };

  it("are made of every proven backup and export, and counted when they were fetched again", async () => {
    await writeItem(stack, "before the copy");
    const { receipt } = await json<SignedReceipt>("backup", "now");
    await eventually(async () => expect(await idsShipped()).toContain(receipt.id));
    const { shipped: all, target: at, repository } = await shipped();
    expect(at).toBe("strongroom@offsite:22");
    expect(all.find((each) => each.receipt.id === receipt.id)!.receipt).toMatchObject({
      level: "fetched again from off the host",
      sha256: receipt.sha256,
      target: at,
      repository,
    });
    expect(await idsShipped()).toContainEqual(expect.stringContaining("settings-"));
  });

  it("cannot be deleted by who makes them, who reads ciphertext and receipts alone", async () => {
    const count = async () => (await target.exec("ls", `${REPOSITORY}/snapshots`)).split("\n").length;
    const before = await count();
    const inShipper = async (script: string) =>
      docker("exec", "--env=RESTIC_PASSWORD=strongroom", await shipper(), "bash", "-c", script);
    const ssh =
      "ssh -F /dev/null -i /run/strongroom/secrets/key -o UserKnownHostsFile=/run/strongroom/secrets/known_hosts -o HostKeyAlias=strongroom-offsite strongroom@offsite";
    // It would try for a minute.
    const forget = `timeout 30 restic --no-cache -r rclone: -o rclone.program="${ssh} rclone" forget latest 2>&1 | grep -m1 -o "403 Forbidden"`;
    expect(await inShipper(forget)).toBe("403 Forbidden");
    await inShipper(`timeout 4 ${ssh} rm -rf ${REPOSITORY} < /dev/null || true`);
    expect(await count()).toBeGreaterThanOrEqual(before);
    const tried = await inShipper(
      "cd /var/lib/strongroom; cat receipts.key; ls scratch; touch store/x; cat store/*.age > /dev/null && echo ciphertext; getent hosts database || echo no database",
    );
    expect(tried.split("\n")).toEqual(["ciphertext", "no database"]);
    const text = await docker("inspect", await shipper());
    expect(text).not.toContain(target.key.split("\n")[1]);
    expect(await docker("logs", await shipper())).not.toContain(target.key.split("\n")[1]);
  });

  const health = async () => docker("inspect", "--format={{.State.Health.Status}}", await shipper());

  it.runIf(FULL)("are made to their end by a shipper that was killed in the middle", async () => {
    const { receipt } = await json<SignedReceipt>("backup", "now");
    const container = await shipper();
    const begun = async () =>
      expect(await docker("logs", container)).toContain(`"copy-begun","id":"${receipt.id}"`);
    await eventually(begun, 120);
    await docker("kill", "--signal=KILL", container);
    expect(await docker("inspect", "--format={{.State.Running}}", container)).toBe("false");
    await docker("start", container);
    await eventually(async () => expect(await idsShipped()).toContain(receipt.id), 120);
  });

  it.runIf(FULL)("count as none, with an alarm, when a stored object has changed", async () => {
    const { receipt } = await json<SignedReceipt>("backup", "now");
    await eventually(async () => expect(await idsShipped()).toContain(receipt.id), 120);
    const packs = (await target.exec("find", `${REPOSITORY}/data`, "-type", "f")).split("\n");
    // The same ones back: others come meanwhile.
    const flip = () =>
      target.exec(
        ...["node", "-e"],
        `const fs = require("fs"); for (const file of ${JSON.stringify(packs)}) { const f = fs.openSync(file, "r+"); const b = Buffer.alloc(1); fs.readSync(f, b, 0, 1, 50); b[0] ^= 1; fs.writeSync(f, b, 0, 1, 50); }`,
      );
    await flip();
    await eventually(async () => expect((await shipped()).damaged).not.toEqual([]), 180);
    await eventually(async () => expect(await health()).toBe("unhealthy"));
    const [id] = (await shipped()).damaged;
    const verified = await stack.run(["backup", "verify", id!]);
    expect(verified.exitCode, verified.output).toBe(1);
    expect(verified.output).toContain("its copy off the host is damaged");
    await flip();
    await eventually(async () => expect((await shipped()).damaged).not.toContain(id), 180);
  });

  it.runIf(FULL)("are waited for, with an alarm and without harm, while the target is away", async () => {
    await target.detach(stack);
    const made = async () => (await json<StoreListing>("backup", "list")).backups.at(-1)!.receipt;
    const before = await made();
    await eventually(async () => expect(await health()).toBe("unhealthy"), 240);
    const after = await made();
    expect(after.sequence).toBeGreaterThan(before.sequence);
    expect((await stack.run(["backup", "verify"])).exitCode).toBe(0);
    await target.attach(stack);
    await eventually(async () => expect(await health()).toBe("healthy"), 180);
  });

  it.runIf(FULL)("count as none once the target has lost its disk, and are sent again", async () => {
    const before = await shipped();
    expect(before.shipped).not.toEqual([]);
    await target.exec("find", REPOSITORY, "-mindepth", "1", "-delete");
    await eventually(async () => {
      const after = await shipped();
      expect(after.repository).not.toBe(before.repository);
      const { backups } = await json<StoreListing>("backup", "list");
      const ids = after.shipped.map(({ receipt }) => receipt.id);
      expect(ids).toEqual(expect.arrayContaining(backups.map(({ receipt }) => receipt.id)));
    }, 240);
    expect((await stack.run(["backup", "verify"])).exitCode).toBe(0);
  });

  it("rebuild the stack when nothing else of it is left", async () => {
    const item = await writeItem(stack, "in the last backup");
    const { receipt } = await json<SignedReceipt>("backup", "now");
    const { exports, publicKey } = await json<StoreListing>("backup", "list");
    const needed = [receipt.id, exports!.at(-1)!.receipt.id];
    await eventually(async () => expect(await idsShipped()).toEqual(expect.arrayContaining(needed)), 180);
    const lost = await writeItem(stack, "after the last backup");
    const [ca, secrets] = [readFileSync(stack.caFile, "utf8"), secretsOf(stack)];
    await target.detach(stack);
    await stack.destroy();
    expect(await stack.inventory()).toEqual([]);
    mkdirSync(stack.folder, { recursive: true });
    const key = join(folder, "key");
    writeFileSync(key, target.key, { mode: 0o600 });
    const from = [
      `--from=ssh://strongroom@${await target.address()}`,
      ...[`--ssh-key=${key}`, `--host-key=${target.hostKey}`, `--image=${image}`],
      `--receipt-key=${publicKey}`,
      // The newest may be one that was made after it.
      `--backup=${receipt.id}`,
    ];
    // The update is as long as a first one.
    const { exitCode, output } = await stack.start(
      ["recover", ...from, "--identity", ...(FULL ? [] : ["--no-up"])],
      {
        input: keys[0]!.identity,
      },
    );
    expect(exitCode, output).toBe(0);
    expect(secretsOf(stack)).toEqual(secrets);
    for (const secret of [...secrets, keys[0]!.identity, target.key.split("\n")[1]!])
      expect(output).not.toContain(secret);
    expect(await stack.inventory()).toContainEqual(expect.stringContaining("backup-data"));
    const restore = `restore: { from: "${receipt.id}", as: recovered-${receipt.sequence} }`;
    expect(readFileSync(stack.configFile, "utf8")).toContain(restore);
    const previewed = await stack.run(["preview"]);
    expect(previewed.exitCode, previewed.output).toBe(0);
    expect(previewed.output, "the private CA stays").not.toMatch(/\+ .*certificates-ca\b/);
    if (!FULL) return;
    expect(await readItem(stack, item)).toBe("in the last backup");
    await expect(readItem(stack, lost)).rejects.toThrow("404");
    expect(readFileSync(stack.caFile, "utf8")).toBe(ca);
    expect((await stack.run(["preview", "--expect-no-changes"])).exitCode).toBe(0);
    expect((await stack.run(["backup", "verify", receipt.id])).exitCode).toBe(0);
    const again = await stack.start(["recover", ...from, "--identity"], { input: keys[0]!.identity });
    expect(again.exitCode, again.output).toBe(3);
    expect(again.output).toContain("it is not lost");
  });
});

/** Passphrase and key of a stack. */
function secretsOf(stack: TestStack): string[] {
  return ["passphrase", "stack.key"].map((name) =>
    readFileSync(join(stack.stackFolder, name), "utf8").trim(),
  );
}
