import { cases, OURS, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./vol-db-protect";

const restored = (role: string) =>
  volume(
    {
      labels: [
        { label: "strongroom.role", value: role },
        { label: "strongroom.restored-from", value: "000012-20260301T040000Z" },
      ],
    },
    OURS,
  );

cases(rule, {
  pass: {
    protected: volume({}, { role: "database-data", protect: true }),
    "filled from a backup": restored("database-data"),
    "of another role": volume({}, { role: "service-files" }),
    "without a role": volume(),
  },
  fail: {
    "the database's": [volume({}, { role: "database-data" }), "database-data"],
    "a service's": [volume({}, { role: "service-data" }), "service-data"],
    "of backups, whatever else it is called": [restored("backup-data"), "backup-data"],
    "of backups": [volume({}, { role: "backup-data" }), "backup-data"],
  },
  unknown: { role: volume({ labels: UNKNOWN }, OURS) },
});
