import { cases, container, network, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./stk-role";

cases(rule, {
  pass: {
    edge: container({}, { role: "edge", parents: ["strongroom:edge:Edge"] }),
    "edge-state, further down": volume(
      {},
      { role: "edge-state", parents: ["strongroom:edge:Edge", "strongroom:files:Files"] },
    ),
    "edge-front": container({}, { role: "edge-front", parents: ["strongroom:edge:Edge"] }),
    "edge-front-state": volume(
      {},
      { role: "edge-front-state", parents: ["strongroom:edge:Edge", "strongroom:files:Files"] },
    ),
    service: container({}, { role: "service", parents: ["strongroom:service:Service"] }),
    "service-files": volume(
      {},
      { role: "service-files", parents: ["strongroom:service:Service", "strongroom:files:Files"] },
    ),
    "service-data": volume({}, { role: "service-data", parents: ["strongroom:service:Service"] }),
    database: container({}, { role: "database", parents: ["strongroom:database:Database"] }),
    "database-data": volume(
      {},
      { role: "database-data", parents: ["acme:index:Site", "strongroom:database:Database"] },
    ),
    backup: container({}, { role: "backup", parents: ["strongroom:backup:Backup"] }),
    "backup-data": volume({}, { role: "backup-data", parents: ["strongroom:backup:Backup"] }),
    "backup-files": volume(
      {},
      { role: "backup-files", parents: ["strongroom:backup:Backup", "strongroom:files:Files"] },
    ),
    archive: container({}, { role: "wal", parents: ["strongroom:backup:WalArchive"] }),
    "archive-data": volume({}, { role: "wal-data", parents: ["strongroom:backup:WalArchive"] }),
    "archive-files": volume(
      {},
      { role: "wal-files", parents: ["strongroom:backup:WalArchive", "strongroom:files:Files"] },
    ),
    shipper: container({}, { role: "shipper", parents: ["strongroom:backup:Shipper"] }),
    "shipper-data": volume({}, { role: "shipper-data", parents: ["strongroom:backup:Shipper"] }),
    "shipper-files": volume(
      {},
      { role: "shipper-files", parents: ["strongroom:backup:Shipper", "strongroom:files:Files"] },
    ),
    "the shipper's network": network({}, { role: "network", parents: ["strongroom:backup:Shipper"] }),
    network: network({}, { role: "network", parents: ["strongroom:network:Networks"] }),
    "a resource of the user's own": container({ labels: [{ label: "team", value: "ops" }] }),
    "a resource in a component of the user's own": container({}, { parents: ["acme:index:Site"] }),
  },
  fail: {
    "a role for a resource of the user's own": [
      container({}, { role: "edge", parents: [] }),
      "role edge is not for a resource of your own",
    ],
    "a role of another component": [
      container({}, { role: "edge", parents: ["strongroom:service:Service"] }),
      "strongroom:service:Service",
    ],
    "a role that there is not": container({}, { role: "helper", parents: ["strongroom:edge:Edge"] }),
    "no role under a component": [container({}, { parents: ["strongroom:database:Database"] }), "is missing"],
    "an empty role": container({}, { role: "", parents: [] }),
    "two roles": [
      container(
        {
          labels: [
            { label: "strongroom.role", value: "edge" },
            { label: "strongroom.role", value: "edge" },
          ],
        },
        { parents: ["strongroom:edge:Edge"] },
      ),
      "more than once",
    ],
    "a component that is named alike": container({}, { role: "edge", parents: ["acme:strongroom:Edge"] }),
  },
  unknown: {
    labels: container({ labels: UNKNOWN }),
    value: container({ labels: [{ label: "strongroom.role", value: UNKNOWN }] }),
    label: container({ labels: [{ label: UNKNOWN, value: "edge" }] }),
  },
});
