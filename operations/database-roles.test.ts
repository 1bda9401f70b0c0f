import { beforeEach, describe, expect, it, vi } from "vitest";
import { type DatabaseRoles, hasPassword, lockIdleRoles, provisioningSql } from "./database-roles";
import { psql } from "./database-server";
import { findContainers } from "./docker";
import { scramVerifier } from "./scram";

vi.mock("./database-server", async (original) => ({
  ...(await original<typeof import("./database-server")>()),
  psql: vi.fn(),
}));
vi.mock("./docker", async (original) => ({
  ...(await original<typeof import("./docker")>()),
  findContainers: vi.fn(),
}));

const roles: DatabaseRoles = {
  owner: "vault_owner",
  login: { role: "vault_a", password: "the-password" },
  idle: "vault_b",
};

describe("provisioningSql", () => {
  const sql = provisioningSql("vault", roles);

  it("never holds a password, only its verifier", () => {
    expect(sql).not.toContain("the-password");
    expect(sql).toMatch(/ALTER ROLE vault_a LOGIN .* PASSWORD 'SCRAM-SHA-256\$4096:/);
  });

  it("notes who logs in, and gives the other role neither login nor password, nor takes them away", () => {
    expect(sql).toContain("COMMENT ON ROLE vault_owner IS 'services log in as vault_a';");
    expect(sql).toContain("CREATE ROLE vault_b;");
    expect(sql).not.toMatch(/ALTER ROLE vault_b .*(LOGIN|PASSWORD)/);
  });

  it("makes a role that reads everything and writes nothing, only with backups", () => {
    const dump = { role: "vault_dump", password: "another-password" };
    const withBackups = provisioningSql("vault", { ...roles, dump });
    expect(withBackups).not.toContain("another-password");
    expect(withBackups).toMatch(/ALTER ROLE vault_dump LOGIN NOSUPERUSER .* BYPASSRLS/);
    expect(withBackups).toContain("ALTER ROLE vault_dump SET default_transaction_read_only = on;");
    expect(withBackups).toContain("GRANT pg_read_all_data TO vault_dump;");
    expect(sql).not.toMatch(/dump|BYPASSRLS/);
    const wal = { role: "vault_wal", password: "a-third-password" };
    const withLog = provisioningSql("vault", { ...roles, wal });
    expect(withLog).toMatch(/ALTER ROLE vault_wal LOGIN NOSUPERUSER .* REPLICATION PASSWORD 'SCRAM-SHA-256/);
    expect(withLog).not.toContain("a-third-password");
    // A slot that nobody reads any more would keep the log.
    expect(withLog).not.toContain("pg_drop_replication_slot");
    expect(sql).toContain("pg_drop_replication_slot");
  });

  it("makes both login roles act as the owner, who cannot log in", () => {
    expect(sql).toContain("ALTER ROLE vault_owner NOLOGIN");
    for (const role of ["vault_a", "vault_b"])
      expect(sql).toContain(`ALTER ROLE ${role} IN DATABASE vault SET role TO vault_owner;`);
  });
});

const server = { endpoint: "unix:///x", container: "database", database: "vault" };
const container = (Name: string, Running: boolean, ...Env: string[]) => ({
  Id: Name,
  Name: `/${Name}`,
  State: { Status: "", Running, ExitCode: 0, OOMKilled: false },
  Config: { Labels: {}, Env },
  HostConfig: { Memory: 0 },
});

describe("the login roles that are not used", () => {
  let told: string[] = [];
  beforeEach(() => {
    told = [];
  });

  /** @param idle what the database says @param sessions how often they are still there */
  const locked = (
    phase: "before" | "after",
    containers: ReturnType<typeof container>[],
    idle = ["vault_a"],
    sessions = 0,
  ) => {
    let left = sessions;
    vi.mocked(findContainers).mockResolvedValue(containers);
    vi.mocked(psql).mockImplementation((_, sql) => {
      if (sql.startsWith("SELECT rolname")) return Promise.resolve(idle.join("\n"));
      if (sql.startsWith("SELECT count")) return Promise.resolve(String(left > 0 ? left-- : 0));
      told.push(sql);
      return Promise.resolve("");
    });
    return lockIdleRoles(server, "test", { owner: "vault_owner", roles: ["vault_a", "vault_b"] }, phase);
  };
  const alter = expect.stringContaining("ALTER ROLE vault_a NOLOGIN PASSWORD NULL;") as string;
  const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN (E'vault_a')";

  it("lose login and password, then their sessions, until none is left", async () => {
    await locked("after", [container("server", true, "DATABASE_USER=vault_b")], ["vault_a"], 1);
    expect(told).toEqual([alter, `${end};`, `${end};`]);
  });

  it("stay while any release may need them, running or not, before those are gone", async () => {
    await locked("before", [container("old", false, "X=1", "DB_USER=vault_a")]);
    expect(told).toEqual([]);
    await locked("before", [container("alike", true, "DB_USER=other_vault_a", "vault_a=1")]);
    expect(told[0]).toEqual(alter);
  });

  it("are no business of a container that does not run after that", async () => {
    await locked("after", [container("old", false, "DB_USER=vault_a")]);
    expect(told[0]).toEqual(alter);
  });

  it("are reported while something runs with them that should be gone", async () => {
    await expect(locked("after", [container("old", true, "DB_USER=vault_a")])).rejects.toThrow(
      "old still logs in to the database as vault_a",
    );
    expect(told).toEqual([]);
  });

  it("are none where the database has not noted any", async () => {
    await locked("after", [], []);
    expect(told).toEqual([]);
  });
});

it("knows a role's password by its verifier, and none without one", async () => {
  const answers = (verifier: string) => {
    vi.mocked(psql).mockResolvedValue(verifier);
    return hasPassword(server, { role: "vault_dump", password: "one" });
  };
  expect(await answers(scramVerifier("one"))).toBe(true);
  expect(await answers(scramVerifier("another"))).toBe(false);
  expect(await answers("")).toBe(false);
});
