import { describe, expect, it } from "vitest";
import type { DatabaseSettings } from "../../config/settings";
import { renderHba, serverArguments, serverEnvironment, START_SCRIPT } from "./server";

const settings = {
  name: "vault",
  port: 5432,
  roleNames: { owner: "vault_owner", a: "vault_a", b: "vault_b" },
  limits: { memoryMiB: 512, cpus: 1, processes: 256 },
  maxConnections: 50,
} as DatabaseSettings;

describe("renderHba", () => {
  it("lets the superuser in over the socket only, and the two login roles with a password only", () => {
    expect(renderHba(settings).trim().split("\n")).toEqual([
      "local all postgres peer",
      "host vault vault_a,vault_b all scram-sha-256",
    ]);
  });
});

describe("renderHba with backups", () => {
  it("lets in the role that dumps as well, with a password only", () => {
    const dump = { role: "vault_dump" } as NonNullable<DatabaseSettings["dump"]>;
    expect(
      renderHba({ ...settings, dump })
        .trim()
        .split("\n"),
    ).toEqual(["local all postgres peer", "host vault vault_a,vault_b,vault_dump all scram-sha-256"]);
  });
});

describe("with point in time recovery", () => {
  const wal = { role: "vault_wal", slotMiB: 512 } as NonNullable<DatabaseSettings["wal"]>;

  it("lets in the role that reads the log for replication alone, with a password", () => {
    expect(
      renderHba({ ...settings, wal })
        .trim()
        .split("\n"),
    ).toEqual([
      "local all postgres peer",
      "host vault vault_a,vault_b all scram-sha-256",
      "host replication vault_wal all scram-sha-256",
    ]);
  });

  it("bounds the log that is kept for it", () => {
    expect(serverArguments({ ...settings, wal })).toContain("max_slot_wal_keep_size=512MB");
    expect(serverArguments(settings).join()).not.toContain("max_slot_wal_keep_size");
  });
});

describe("server arguments and environment", () => {
  it("replaces the image's own authentication file", () => {
    expect(serverArguments(settings)).toContain("hba_file=/var/run/postgresql/pg_hba.conf");
  });

  it("sizes shared buffers by the memory limit", () => {
    expect(serverArguments(settings)).toContain("shared_buffers=128MB");
  });

  it("turns checksums on when the data is made", () => {
    expect(serverEnvironment(settings)).toContain("POSTGRES_INITDB_ARGS=--data-checksums --encoding=UTF8");
  });

  it("holds no password", () => {
    expect(serverEnvironment(settings).join("\n")).not.toMatch(/PASSWORD/);
  });
});

describe("the start script", () => {
  it("takes the lock on the data before anything else touches it", () => {
    expect(START_SCRIPT.indexOf("flock")).toBeLessThan(START_SCRIPT.indexOf("strongroom.collation"));
    expect(START_SCRIPT.trimEnd().split("\n").at(-1)).toMatch(/^exec docker-entrypoint\.sh postgres/);
  });
});
