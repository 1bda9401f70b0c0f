import { cases, OURS, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./vol-db-protect";

cases(rule, {
  pass: {
    protected: volume({}, { role: "database-data", protect: true }),
    "of another role": volume({}, { role: "service-files" }),
    "without a role": volume(),
  },
  fail: {
    "the database's": [volume({}, { role: "database-data" }), "database-data"],
    "a service's": [volume({}, { role: "service-data" }), "service-data"],
    "of backups": [volume({}, { role: "backup-data" }), "backup-data"],
  },
  unknown: { role: volume({ labels: UNKNOWN }, OURS) },
});
