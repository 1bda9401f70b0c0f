import { cases, OURS, container, resource, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./stk-ignore-changes";

cases(rule, {
  pass: {
    "left out": container(),
    "the data volume's": volume(
      {},
      { role: "database-data", ignoreChanges: ["labels", "driverOpts", "driver"] },
    ),
    "the backups' volume's": volume({}, { role: "backup-data", ignoreChanges: ["labels"] }),
    "the archive's volume's": volume({}, { role: "wal-data", ignoreChanges: ["labels"] }),
    "the shipper's volume's": volume({}, { role: "shipper-data", ignoreChanges: ["labels"] }),
  },
  fail: {
    "a field": [container({}, { ignoreChanges: ["image"] }), "image"],
    "every field": container({}, { ignoreChanges: ["*"] }),
    "another field of the data volume": [
      volume({}, { role: "database-data", ignoreChanges: ["labels", "name"] }),
      "name",
    ],
    "another volume's labels": volume({}, { role: "service-data", ignoreChanges: ["labels"] }),
    "another type's labels": container({}, { role: "database-data", ignoreChanges: ["labels"] }),
    "a type of any provider": resource(
      "tls:index/privateKey:PrivateKey",
      {},
      { ignoreChanges: ["algorithm"] },
    ),
  },
  unknown: { role: volume({ labels: UNKNOWN }, { ...OURS, ignoreChanges: ["labels"] }) },
});
