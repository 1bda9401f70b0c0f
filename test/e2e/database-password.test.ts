import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ageKeys, buildBackupImage } from "./support/backups";
import { eventually } from "./support/http";
import { assertConverged, crash, FULL } from "./support/interruption";
import { query } from "./support/ledger";
import { docker, TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

describe("the database's password", () => {
  let stack: TestStack;
  /** Role to its password, as a service was given it. */
  const passwords: Record<string, string> = {};
  /** All that any command has said. */
  let said = "";

  beforeAll(async () => {
    stack = await TestStack.create();
    said += await stack.up();
    await learn("vault_a");
  });
  afterAll(() => stack?.destroy());

  const use = (roles: object) =>
    stack.configure((config) => {
      config.database.roles = roles;
    });
  const A = { active: "a" };
  const B = { active: "b", generationB: 2 };
  const up = async () => {
    said += await stack.up();
  };

  /** Remembers the password that the services have. */
  async function learn(role: string): Promise<void> {
    const [service] = await stack.containers("service");
    passwords[role] = await docker("exec", service!, "cat", "/run/strongroom/secrets/DATABASE_PASSWORD");
    expect(passwords[role]!.length).toBeGreaterThan(20);
  }

  /** What psql says over the network when it logs in with the password that was learnt. */
  async function logIn(role: string, sql = "SELECT current_user"): Promise<string> {
    const [server] = await stack.containers("database");
    const password = `PGPASSWORD=${passwords[role]}`;
    const psql = [
      "psql",
      "--host=127.0.0.1",
      `--username=${role}`,
      "--dbname=vault",
      "--no-align",
      "--tuples-only",
    ];
    return docker("exec", "--env", password, server!, ...psql, `--command=${sql}`);
  }

  /** Roles that can log in, and those with a password. */
  const open = () =>
    query(
      stack,
      "SELECT rolname, rolcanlogin, rolpassword IS NOT NULL FROM pg_authid WHERE rolname IN ('vault_a', 'vault_b') ORDER BY rolname",
    );
  const ONLY = { a: ["vault_a|t|t", "vault_b|f|f"], b: ["vault_a|f|f", "vault_b|t|t"] };

  it("is the one role's alone that is in use", async () => {
    expect(await open()).toEqual(ONLY.a);
    expect(await logIn("vault_a")).toBe("vault_owner");
  });

  it("is rotated without a failed request; the old one and its sessions are worth nothing after", async () => {
    const session = logIn("vault_a", "SELECT pg_sleep(600)").then(
      () => "ended by itself",
      (error: Error) => error.message,
    );
    use(B);
    const load = UnderLoad.start(stack);
    const output = await stack.up();
    said += output;
    const { total, failed, lost, doubled, detail } = await load.stop();
    expect(output).toContain("Database: services log in as vault_b from now on");
    expect(output).not.toContain("INTERRUPTED");
    expect({ failed, lost, doubled }, detail).toEqual({ failed: 0, lost: [], doubled: [] });
    expect(total).toBeGreaterThan(100);
    expect(await open()).toEqual(ONLY.b);
    expect(await session).toContain("terminating connection due to administrator command");
    expect(
      await query(stack, "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename LIKE 'vault%'"),
    ).toEqual(["vault_b"]);
    await expect(logIn("vault_a")).rejects.toThrow("password authentication failed");
    await learn("vault_b");
    expect(passwords.vault_b).not.toBe(passwords.vault_a);
    expect(await logIn("vault_b")).toBe("vault_owner");
  });

  /** Steps of a rotation from b to a, by what is there then. */
  const steps: Record<string, () => Promise<unknown>> = {
    "when both can log in": () =>
      eventually(async () => expect(await open()).toEqual(["vault_a|t|t", "vault_b|t|t"])),
    "when the release is there": () =>
      eventually(async () => expect((await stack.containers("service")).length).toBeGreaterThan(2)),
    "when the release before goes": async () => {
      await eventually(async () => expect(await stack.containers("service")).toHaveLength(4));
      await eventually(async () => expect((await stack.containers("service")).length).toBeLessThan(4));
    },
  };
  const crashed = async (to: object, step: string) => {
    use(to);
    const run = stack.start(["up", "--yes"]);
    await steps[step]!();
    await crash(stack, run);
    said += (await run).output;
  };

  it.runIf(FULL).each(Object.keys(steps))(
    "converges after a crash %s, with the new configuration and with the old one",
    async (step) => {
      await crashed(A, step);
      await up();
      expect(await open()).toEqual(ONLY.a);
      await assertConverged(stack, "1.0.0");
      use(B);
      await up();
      expect(await open()).toEqual(ONLY.b);
      await crashed(A, step);
      // The release in service could log in all the time: nothing has closed its role.
      use(B);
      await up();
      expect(await open()).toEqual(ONLY.b);
      await assertConverged(stack, "1.0.0");
    },
  );

  it.runIf(FULL)(
    "goes back by the reverse diff, and is refused where it would change under the services",
    async () => {
      use(A);
      await up();
      expect(await open()).toEqual(ONLY.a);
      await learn("vault_a");
      expect(await logIn("vault_a")).toBe("vault_owner");
      use({ active: "a", generationA: 2 });
      const { exitCode, output } = await stack.run(["up", "--yes"]);
      expect(exitCode, output).toBe(3);
      expect(output).toContain("chg-db-password");
      use(A);
    },
  );

  it("is in no output, log, state or docker inspect", async () => {
    for (const [role, password] of Object.entries(passwords)) {
      const assertAbsent = (text: string, where: string) =>
        expect(text.includes(password), `${role}: ${where}`).toBe(false);
      assertAbsent(said, "output");
      const ids = (
        await docker("ps", "--all", "--quiet", "--filter", `label=strongroom.stack=${stack.name}`)
      ).split("\n");
      for (const id of ids) {
        assertAbsent(await docker("inspect", id), `inspect of ${id}`);
        assertAbsent(await docker("logs", id), `log of ${id}`);
      }
      const state = readdirSync(join(stack.home, "state"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => file.includes(stack.name));
      expect(state.length).toBeGreaterThan(1);
      for (const file of state) assertAbsent(readFileSync(file, "utf8"), file);
    }
  });

  it.runIf(FULL)("of the role that makes backups is rotated while they are made", async () => {
    const image = await buildBackupImage(stack);
    const recipients = (await ageKeys(image, 2)).map(({ recipient }) => recipient);
    stack.configure((config) => {
      config.backup = { image: { build: "backup", tag: "15" }, recipients };
    });
    await up();
    const [sidecar] = await stack.containers("backup");
    passwords.vault_dump = await docker("exec", sidecar!, "cat", "/run/strongroom/secrets/password");
    expect(await logIn("vault_dump")).toBe("vault_dump");
    const session = logIn("vault_dump", "SELECT pg_sleep(600)").catch((error: Error) => error.message);
    stack.configure((config) => {
      config.database.roles = { ...config.database.roles, generationDump: 2 };
    });
    const load = UnderLoad.start(stack);
    const output = await stack.up();
    const { failed, lost, detail } = await load.stop();
    expect({ failed, lost }, detail).toEqual({ failed: 0, lost: [] });
    expect(output).toContain("the role that makes backups gets another password");
    expect(await session).toContain("terminating connection due to administrator command");
    await expect(logIn("vault_dump")).rejects.toThrow("password authentication failed");
    await sleep(1000);
    await stack.mustRun(["backup", "now"]);
  });
});
