import { expect, it } from "vitest";
import { action, SECRET } from "../../policies/gate/testing/cases";
import { UNKNOWN } from "../../policies/gate/values";
import { passwordsOf } from "./passwords";
import { upgrade } from "./testing/reports";
import { headline } from "./text";
import { happensOf } from "./sentences";

const roles = (login: unknown, dump: unknown) => ({
  environment: { STRONGROOM_LOGIN: login, STRONGROOM_PASSWORD_DUMP: dump },
});
const provision = (before: object, after: object) =>
  action({ ...before }, { ...after }, { name: "database-provision" });

it("names the role that comes into use and what becomes of the one before", () => {
  const change = provision(roles("vault_a", "1"), roles("vault_b", "1"));
  const sentence =
    "services log in as vault_b from now on: once the releases before are gone, vault_a has no password any more, and its sessions are ended";
  expect(passwordsOf(change)).toEqual([sentence]);
  const reported = { ...upgrade(), passwords: [sentence] };
  expect(headline(reported)).toContain(`  Database: ${sentence}\n`);
  expect(happensOf(reported).lines).toContain(sentence);
});

it("tells that a backup which is being made is made again", () => {
  expect(passwordsOf(provision(roles("vault_a", "1"), roles("vault_a", "2")))).toEqual([
    "the role that makes backups gets another password: a backup that is being made ends, and a scheduled one is made again",
  ]);
});

it("tells that the archive of the log goes on", () => {
  const log = (wal: string) => ({
    environment: { STRONGROOM_LOGIN: "vault_a", STRONGROOM_PASSWORD_WAL: wal },
  });
  expect(passwordsOf(provision(log("1"), log("2")))).toEqual([
    "the role that reads the log gets another password: the archive goes on with it",
  ]);
});

it("has nothing to say of what is as it was or is not known", () => {
  const now = roles("vault_a", "1");
  for (const [before, after] of [
    [now, now],
    [{}, now],
    [roles(undefined, undefined), now],
    [now, roles("vault_b", UNKNOWN)],
    [{ environment: SECRET }, roles("vault_b", "2")],
  ] as const)
    expect(passwordsOf(provision(before, after)), JSON.stringify([before, after])).toEqual([]);
});
