import { cases, container, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./bak-present";

const front = (...ips: unknown[]) =>
  container({ ports: ips.map((ip) => ({ internal: 8443, external: 443, ip })) }, { role: "edge-front" });
const open = front("127.0.0.1", "203.0.113.10");
const database = container({}, { role: "database" });
const backups = volume({ name: "strongroom-test-backups" }, { role: "backup-data" });
const mounting = (source: unknown, type = "volume") => ({ mounts: [{ type, source, target: "/store" }] });
const sidecar = (source: unknown = "strongroom-test-backups") =>
  container(mounting(source), { role: "backup", name: "sidecar" });

cases(rule, {
  pass: {
    "with a sidecar": [open, database, backups, sidecar()],
    "with a sidecar that has files, too": [
      open,
      database,
      backups,
      volume({ name: "files" }, { role: "backup-files" }),
      container(
        {
          mounts: ["files", "strongroom-test-backups"].map((source) => ({
            type: "volume",
            source,
            target: `/${source}`,
          })),
        },
        { role: "backup", name: "sidecar" },
      ),
    ],
    "without a database": [open],
    "a database of somebody's own": [
      open,
      container({ labels: [{ label: "strongroom.role", value: "database" }] }),
    ],
    "reached from this machine only": [front("127.0.0.1", "::1"), database],
    "backed up by something else": {
      settings: { elsewhere: ["other", "test"] },
      of: [open, database],
    },
  },
  fail: {
    "without a sidecar": [[open, database], "nothing makes backups of its database"],
    "on every address": [front(undefined), database],
    "without a front": [database],
    "with a front that publishes nothing": [front(), database],
    "with loopback on something else": [
      container({ ports: [{ ip: "127.0.0.1" }] }, { role: "edge" }),
      database,
    ],
    "a sidecar of somebody's own": [
      open,
      database,
      backups,
      container({
        ...mounting("strongroom-test-backups"),
        labels: [{ label: "strongroom.role", value: "backup" }],
      }),
    ],
    "another container on the volume": [
      open,
      database,
      backups,
      container(mounting("strongroom-test-backups"), { role: "service" }),
    ],
    "a sidecar on another volume": [
      open,
      database,
      backups,
      volume({ name: "data" }, { role: "database-data" }),
      sidecar("data"),
    ],
    "another stack that is backed up by something else": {
      settings: { elsewhere: ["other"] },
      of: [open, database],
    },
  },
  unknown: {
    address: [front(UNKNOWN), database],
    "the sidecar's mounts": [
      open,
      database,
      backups,
      container({ mounts: UNKNOWN }, { role: "backup", name: "sidecar" }),
    ],
  },
});
