import type { Receipt } from "./receipt";

/** A receipt of no backup, for tests. */
export const testReceipt: Receipt = {
  schema: 1,
  id: "000012-20260301T040000Z",
  sequence: 12,
  kind: "scheduled",
  stack: "test",
  database: "vault",
  systemIdentifier: "7710894841855877162",
  lsn: "0/1D16DA8",
  file: "000012-20260301T040000Z.dump.age",
  sha256: "ab".repeat(32),
  bytes: 1234,
  recipients: [],
  level: "restored locally",
  tables: 3,
  rows: "42",
  contents: "cd".repeat(32),
  roles: ["postgres", "vault_owner"],
  locale: { encoding: "UTF8", collate: "en_US.utf8", ctype: "en_US.utf8" },
  begun: "2026-03-01T04:00:00.000Z",
  ended: "2026-03-01T04:00:02.000Z",
};
