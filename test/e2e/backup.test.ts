import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BackupStore } from "../../cli/backup/store";
import { createContext } from "../../cli/context";
import { opensState } from "../../cli/passphrase";
import { loadConfig } from "../../cli/stack-config";
import { parseCheckpoint } from "../../cli/state";
import type { SignedReceipt } from "../../operations/backup/receipt";
import { AGE_HEADER, DUMP_LOCK, type StoreListing } from "../../operations/backup/sidecar";
import { docker as operationsDocker } from "../../operations/docker";
import { Migration } from "../../operations/migration";
import { type AgeKey, ageKeys, buildBackupImage } from "./support/backups";
import { eventually } from "./support/http";
import { query } from "./support/ledger";
import { CHECKOUT, docker, ENDPOINT, TestStack } from "./support/test-stack";

const STORE = "/var/lib/strongroom/store";
const SCRATCH = "/var/lib/strongroom/scratch";
const PERIOD_SECONDS = 4;
const KEEP = 2;

describe("backups", () => {
  let stack: TestStack;
  let image = "";
  let keys: AgeKey[] = [];
  const folder = mkdtempSync(join(tmpdir(), "strongroom-backup-"));

  beforeAll(async () => {
    stack = await TestStack.create();
    image = await buildBackupImage(stack);
    keys = await ageKeys(image, 2);
    stack.configure((config) => {
      config.backup = {
        image: { build: "backup", tag: "15" },
        frequency: `${PERIOD_SECONDS}s`,
        keep: KEEP,
        // The newest of all, which stays anyway: the sidecar goes by its classes, and keeps no other for them.
        keepDaily: 1,
        recipients: keys.map(({ recipient }) => recipient),
      };
    });
    await stack.up();
  });
  afterAll(async () => {
    await stack?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const sidecar = async () => (await stack.containers("backup", true))[0]!;
  const inSidecar = async (...command: string[]) => docker("exec", await sidecar(), ...command);
  const list = async () => JSON.parse(await inSidecar("node", "/app/main.js", "list")) as StoreListing;
  const ids = ({ backups }: StoreListing, kind?: string) =>
    backups
      .filter(({ receipt }) => kind === undefined || receipt.kind === kind)
      .map(({ receipt }) => receipt.id);
  /** Ends a statement of this test's that would go on. */
  const endSession = (like: string) =>
    query(
      stack,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '${like}' AND pid <> pg_backend_pid()`,
    );
  /** Flips a bit in the middle of a file of the sidecar's, or flips it back. */
  const flipBit = (path: string) =>
    inSidecar(
      ...["node", "-e"],
      `const fs = require("fs"); const f = fs.openSync("${path}", "r+"); const b = Buffer.alloc(1); const at = fs.statSync("${path}").size >> 1; fs.readSync(f, b, 0, 1, at); b[0] ^= 1; fs.writeSync(f, b, 0, 1, at)`,
    );
  /** What a run said on stdout, as JSON; its other output goes elsewhere. */
  const json = async <T>(...args: string[]): Promise<T> => {
    const { exitCode, output, stdout } = await stack.start([...args, "--json"]);
    expect(exitCode, output).toBe(0);
    return JSON.parse(stdout) as T;
  };

  it("are made and proven by themselves once the stack is up", async () => {
    await eventually(async () => expect(ids(await list(), "scheduled").length).toBeGreaterThan(0));
    const { backups } = await json<StoreListing>("backup", "list");
    expect(backups[0]!.receipt).toMatchObject({ kind: "scheduled", level: "restored locally" });
  });

  it("equal their snapshot although rows are written meanwhile, and open with a recipient's key alone", async () => {
    const items = async () => Number((await query(stack, "SELECT count(*) FROM items"))[0]);
    const before = await items();
    // Until it is ended below.
    const writing = query(
      stack,
      "DO $$ BEGIN FOR i IN 1..100000 LOOP INSERT INTO items (text) VALUES (repeat(md5(i::text), 50)); COMMIT; PERFORM pg_sleep(0.01); END LOOP; END $$",
    ).catch(() => undefined);
    await eventually(async () => expect(await items()).toBeGreaterThan(before + 20));
    const { receipt } = await json<SignedReceipt>("backup", "now");
    const atEnd = await items();
    await eventually(async () => expect(await items(), "the writer must still write").toBeGreaterThan(atEnd));
    await endSession("DO $$ BEGIN FOR%");
    await writing;
    expect(receipt).toMatchObject({ kind: "manual", level: "restored locally" });
    await stack.mustRun(["backup", "fetch", receipt.id, "--to", folder]);
    const { id } = receipt.settings!;
    expect(readdirSync(folder).sort()).toEqual(
      [receipt.file, `${receipt.id}.json`, `${id}.json`, `${id}.tar.age`].sort(),
    );
    const script = `printf '%s\\n' "$1" | age --decrypt --identity - /copy/${receipt.file} | pg_restore --data-only --table=items --file=- | grep -c '[0-9a-f]\\{1600\\}'`;
    const mount = `type=bind,source=${folder},target=/copy,readonly`;
    const opened = await docker(
      ...["run", "--rm", "--user=0:0", "--network=none", "--mount", mount, image],
      ...["sh", "-c", script, "sh", keys[1]!.identity],
    );
    expect(Number(opened)).toBeGreaterThan(20);
    expect(Number(opened)).toBeLessThan(await items());
  });

  it("are refused when a bit of the stored file has flipped", async () => {
    const [id] = ids(await list(), "manual");
    expect((await stack.run(["backup", "verify", id!])).output).toContain("verified");
    const flip = () => flipBit(`${STORE}/${id}.dump.age`);
    await flip();
    const verified = await stack.run(["backup", "verify", id!]);
    expect(verified.exitCode, verified.output).toBe(1);
    expect(verified.output).toContain("the file is not the one that was proven");
    const elsewhere = join(folder, "flipped");
    const fetched = await stack.run(["backup", "fetch", id!, "--to", elsewhere]);
    expect(fetched.exitCode, fetched.output).toBe(1);
    expect(readdirSync(elsewhere).filter((name) => name.includes(id!))).toEqual([]);
    await flip();
    expect((await stack.run(["backup", "verify", id!])).exitCode).toBe(0);
  });

  it("are not made of a corrupt dump, although pg_restore lists it", async () => {
    const dump = "/tmp/corrupt.dump";
    const script = `export PGPASSWORD="$(cat /run/strongroom/secrets/password)"; pg_dump --format=custom --host=database --username=vault_dump --dbname=vault --file=${dump}`;
    await inSidecar("sh", "-c", script);
    const program = await build({
      stdin: {
        contents: `import { readFileSync, writeFileSync } from "node:fs";
          import { readBack } from "./images/backup/src/source";
          const dump = readFileSync("${dump}");
          // Into the compressed rows: zlib's stream header is the first thing of a table's data.
          const at = dump.lastIndexOf(Buffer.from([0x78, 0x9c]));
          const tried = async () => readBack("${dump}").then(() => "accepted", () => "refused");
          (async () => {
            const whole = await tried();
            dump[at + 20] ^= 1;
            writeFileSync("${dump}", dump);
            console.log(whole, await tried());
          })();`,
        resolveDir: CHECKOUT,
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      target: "node18",
      external: ["pg-native"],
      write: false,
    });
    const input = program.outputFiles[0]!.text;
    expect(
      await operationsDocker(ENDPOINT, ["exec", "--interactive", await sidecar(), "node"], { input }),
    ).toBe("accepted refused");
    expect(await inSidecar("pg_restore", "--list", dump)).toContain("TABLE DATA public items");
    await inSidecar("rm", dump);
  });

  it("give nobody who owns the database a program to run in the sidecar, and restore what is owned", async () => {
    const plant = (name: string) => `BEGIN PERFORM public.planted('${name}');`;
    await query(
      stack,
      `CREATE EXTENSION dblink; SET ROLE vault_owner;
       CREATE SCHEMA extra; CREATE EXTENSION citext SCHEMA extra; CREATE TABLE extra.names (name extra.citext);
       INSERT INTO extra.names VALUES ('A'); GRANT SELECT ON extra.names TO vault_a;
       CREATE FUNCTION planted(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
         EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'touch /var/lib/strongroom/planted-' || name);
         EXCEPTION WHEN OTHERS THEN NULL; END $$;
       CREATE FUNCTION checked(i int) RETURNS boolean LANGUAGE plpgsql AS $$ ${plant("check")} RETURN true; END $$;
       CREATE FUNCTION indexed(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ ${plant("index")} RETURN i; END $$;
       CREATE TABLE hostile (i int CHECK (checked(i))); CREATE INDEX ON hostile (indexed(i));
       CREATE FUNCTION shown(it hostile) RETURNS text LANGUAGE plpgsql AS $$ ${plant("cast")} RETURN 'x'; END $$;
       CREATE CAST (hostile AS text) WITH FUNCTION shown(hostile);
       INSERT INTO hostile VALUES (1); CREATE MATERIALIZED VIEW seen AS SELECT indexed(i) FROM hostile`,
    );
    const { receipt } = await json<SignedReceipt>("backup", "now");
    expect(receipt.level).toBe("restored locally");
    expect(await inSidecar("ls", "/var/lib/strongroom")).not.toContain("planted");
  });

  it("and migrations exclude each other", async () => {
    const [container] = await stack.containers("database");
    const migration = new Migration(ENDPOINT, stack.name, {
      database: { container: container!, name: "vault" },
      service: "server",
      release: "0123456789ab",
      version: "9.9.9",
      image: "sha256:of-no-image",
    });
    // Until it is ended below.
    const held = query(stack, `SELECT pg_advisory_lock(${DUMP_LOCK.join()}), pg_sleep(600)`).catch(
      () => undefined,
    );
    let done = false;
    const ran = migration.run().then(() => (done = true));
    const count = (from: string) => query(stack, `SELECT count(*) FROM ${from}`);
    await eventually(async () =>
      expect(await count("strongroom.migrations WHERE result = 'running'")).toEqual(["1"]),
    );
    const [first, second] = DUMP_LOCK;
    const waiting = `pg_locks WHERE classid = ${first} AND objid = ${second} AND NOT granted`;
    await eventually(async () => expect(await count(waiting)).toEqual(["1"]));
    const refused = await stack.run(["backup", "now"]);
    expect(refused.exitCode, refused.output).toBe(1);
    expect(refused.output).toContain("a migration of the database is under way");
    expect(done, "the migration waits for the lock").toBe(false);
    await endSession("SELECT pg_advisory_lock(%");
    await Promise.all([held, ran]);
    await migration.record("failed");
    expect((await stack.run(["backup", "now"])).exitCode).toBe(0);
  });

  it("survive SIGKILL in the middle of a run, and the next run works", async () => {
    const before = await list();
    const killed = stack.start(["backup", "now"]);
    for (const deadline = Date.now() + 60_000; (await inSidecar("ls", SCRATCH)) === "";)
      expect(Date.now(), "no run begins").toBeLessThan(deadline);
    const container = await sidecar();
    await docker("kill", "--signal=KILL", container);
    expect((await killed).exitCode).toBe(1);
    await docker("start", container);
    // It takes requests once it has swept what the killed run left.
    await eventually(() => json<SignedReceipt>("backup", "now"));
    const after = ids(await list());
    expect(after).toEqual(expect.arrayContaining(ids(before, "manual")));
    // A run that goes on has one for a moment.
    await eventually(async () => expect(await inSidecar("ls", STORE)).not.toContain(".partial"));
    expect((await stack.run(["backup", "verify"])).exitCode).toBe(0);
  });

  it("are kept to their number, and by failed runs altogether; then the sidecar turns unhealthy", async () => {
    const sequence = (await list()).backups.at(-1)!.receipt.sequence;
    await eventually(async () => {
      const { backups } = await list();
      const scheduled = backups.filter(({ receipt }) => receipt.kind === "scheduled");
      expect(scheduled).toHaveLength(KEEP);
      expect(scheduled[0]!.receipt.sequence).toBeGreaterThan(sequence);
    });
    const health = () =>
      sidecar().then((id) => docker("inspect", "--format", "{{.State.Health.Status}}", id));
    await eventually(async () => expect(await health()).toBe("healthy"));
    const failures = async () => (await docker("logs", await sidecar())).split("backup-failed").length;
    const failedBefore = await failures();
    await query(stack, "ALTER ROLE vault_dump NOLOGIN");
    // One that dumped already still ends well; from the first failure on there is nothing but failures.
    await eventually(async () => expect(await failures()).toBeGreaterThan(failedBefore));
    const { backups: kept } = await list();
    await eventually(async () => expect(await health()).toBe("unhealthy"));
    expect(await failures()).toBeGreaterThan(failedBefore + 1);
    expect(ids(await list())).toEqual(expect.arrayContaining(kept.map(({ receipt }) => receipt.id)));
    await query(stack, "ALTER ROLE vault_dump LOGIN");
  });

  it("show no secret in receipts, logs or docker inspect, and reach nothing but the database", async () => {
    const id = await sidecar();
    const password = await inSidecar("cat", "/run/strongroom/secrets/password");
    expect(password).toHaveLength(43);
    const inspected = await docker("inspect", id);
    const text = [inspected, await docker("logs", id), JSON.stringify(await list())].join("\n");
    expect(text).not.toContain(password);
    expect(text).not.toMatch(/AGE-SECRET-KEY/i);
    const found = await inSidecar(
      "sh",
      "-c",
      "grep -rlE 'AGE-SECRET-KEY-1' /var/lib/strongroom /tmp || true",
    );
    expect(found).toBe("");
    const { NetworkSettings, Mounts } = (
      JSON.parse(inspected) as [{ NetworkSettings: { Networks: object }; Mounts: { Type: string }[] }]
    )[0];
    expect(Object.keys(NetworkSettings.Networks)).toEqual([expect.stringContaining("database")]);
    expect(Mounts.map(({ Type }) => Type)).toEqual(["volume", "volume"]);
    const pinned = join(stack.stackFolder, "backup-receipts.pub");
    expect(existsSync(pinned) && readFileSync(pinned, "utf8").trim()).toBe((await list()).publicKey);
  });

  it("hold settings and keys as they are before an upgrade with a migration, and after it", async () => {
    stack.setRelease("1.1.0");
    const written = readFileSync(stack.configFile, "utf8");
    const exportsIn = (output: string) =>
      [...output.matchAll(/settings and keys are in the backup: (\S+)/g)].map(([, id]) => id!);
    const ids = exportsIn(await stack.up());
    expect(ids).toHaveLength(2);
    const settings = (id: string, to: string, { identity }: AgeKey) =>
      stack.start(["backup", "settings", id, "--to", to, "--identity"], { input: `${identity}\n` });
    const secrets = ["passphrase", "stack.key"].map((name) =>
      readFileSync(join(stack.stackFolder, name), "utf8"),
    );
    const releases = await Promise.all(
      ids.map(async (id, index) => {
        const to = join(folder, `settings-${index}`);
        const { exitCode, output } = await settings(id, to, keys[index]!);
        expect(exitCode, output).toBe(0);
        expect(statSync(to).mode & 0o777).toBe(0o700);
        const read = (name: string) => readFileSync(join(to, name), "utf8");
        expect(read(`Pulumi.${stack.name}.yaml`)).toBe(written);
        expect(["passphrase", "stack.key"].map((name) => read(`stack/${name}`))).toEqual(secrets);
        const state = parseCheckpoint(read("state.json"));
        expect(opensState(secrets[0]!.trim(), state.salt!)).toBe(true);
        return (state.outputs.releases as Record<string, string>).server;
      }),
    );
    expect(releases[0], "before the upgrade and after it").not.toBe(releases[1]);

    const [id, path] = [ids[1]!, `/var/lib/strongroom/settings/${ids[1]}.tar.age`];
    const to = join(folder, "refused");
    const refused = async (run: PromiseLike<{ exitCode: number; output: string }>, why: string) => {
      const { exitCode, output } = await run;
      expect(exitCode, output).not.toBe(0);
      expect(output).toContain(why);
      expect(output).not.toContain("AGE-SECRET-KEY-1Q");
      expect(existsSync(to)).toBe(false);
    };
    await refused(settings(id, to, (await ageKeys(image, 1))[0]!), "cannot be decrypted");
    await flipBit(path);
    await refused(settings(id, to, keys[0]!), "is not the one that was proven");
    await flipBit(path);
    expect(exportsIn(await stack.up()), "nothing has changed").toEqual([]);
    expect((await stack.run(["backup", "list"])).stdout).toMatch(
      new RegExp(`^${id}\t.*\tsettings\tdecrypted by its sender$`, "m"),
    );
    const container = await sidecar();
    // One that is starting a process just then cannot be frozen.
    await eventually(() => docker("pause", container));
    try {
      const context = createContext(
        { stack: stack.name, configFile: stack.configFile },
        { STRONGROOM_HOME: stack.home },
      );
      const { settings: own } = loadConfig(context);
      const store = await BackupStore.find(stack.name, own, own.backup!);
      const listed = await store!.list();
      expect(listed.exports!.at(-1)!.receipt.id, "no sidecar runs").toBe(id);
      expect(await store!.tell("take-export", AGE_HEADER)).toMatchObject({
        sequence: listed.exports!.at(-1)!.receipt.sequence + 1,
      });
    } finally {
      await docker("unpause", container);
    }
    const seen = [await docker("inspect", container), await docker("logs", container)].join("\n");
    for (const secret of secrets) {
      expect(seen).not.toContain(secret.trim());
      const found = await inSidecar(
        "sh",
        "-c",
        `grep -rlF '${secret.trim()}' /var/lib/strongroom /tmp || true`,
      );
      expect(found).toBe("");
    }
  });

  it("are asked for before a release, which is refused while nobody can say that one is fresh", async () => {
    const configured = readFileSync(stack.configFile, "utf8");
    stack.configure((config) => {
      // A preview does not look whether anybody has the image.
      config.services.server.image = { id: `sha256:${"5".repeat(64)}`, version: "9.0.0" };
    });
    try {
      const fresh = await stack.run(["preview"]);
      expect(fresh.exitCode, fresh.output).toBe(0);
      expect(fresh.output).not.toContain("chg-backup-fresh");
      await docker("stop", await sidecar());
      // `up` would start it again first.
      const stopped = await stack.run(["preview"]);
      expect(stopped.exitCode, stopped.output).toBe(3);
      expect(stopped.output).toMatch(
        /^REFUSED {2}chg-backup-fresh {2}\S+: server would get another release, and its backup sidecar does not run$[^]*?^ {2}Remedy: \S/m,
      );
    } finally {
      await docker("start", await sidecar());
      writeFileSync(stack.configFile, configured);
    }
  });

  it("are not kept for less without an exception", async () => {
    stack.configure((config) => {
      config.backup.keep = KEEP - 1;
    });
    try {
      const { exitCode, output } = await stack.run(["preview"]);
      expect(exitCode, output).toBe(3);
      expect(output).toMatch(
        /^REFUSED {2}chg-backup {2}\S+: backups would be kept for 4 s in place of 8 s$[^]*?^ {2}Remedy: \S/m,
      );
    } finally {
      stack.configure((config) => {
        config.backup.keep = KEEP;
      });
    }
  });
});
