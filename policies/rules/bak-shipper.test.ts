import { cases, container, network, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./bak-shipper";

const out = network({ name: "out" }, { name: "out" });
const inside = network({ name: "inside" }, { name: "inside" });
const backups = volume({ name: "backups" }, { role: "backup-data", name: "backups" });
const receipts = volume({ name: "receipts" }, { role: "shipper-data", name: "receipts" });
const unnamed = volume({ name: UNKNOWN }, { role: "backup-data", name: "unnamed" });
const other = volume({ name: UNKNOWN }, { role: "shipper-data", name: "other" });
const mount = (source: unknown, readOnly?: unknown) => ({
  type: "volume",
  source,
  target: "/there",
  readOnly,
});

const shipper = (
  mounts: unknown = [mount("backups", true), mount("receipts")],
  networks: unknown = [{ name: "out" }],
) => container({ networksAdvanced: networks, mounts }, { role: "shipper", name: "shipper" });
const service = (name: unknown) =>
  container({ networksAdvanced: [{ name }] }, { role: "service", name: "service" });
const things = [out, inside, backups, receipts];

cases(rule, {
  pass: {
    "alone on its network, reading": [...things, shipper(), service("inside")],
    "no shipper, and a sidecar that writes": [
      ...things,
      container({ mounts: [mount("backups")], networksAdvanced: [{ name: "inside" }] }, { role: "backup" }),
      service("inside"),
    ],
  },
  fail: {
    "something else on its network": [...things, shipper(), service("out")],
    "something else that is on another one too": [
      ...things,
      shipper(),
      container({ networksAdvanced: [{ name: "inside" }, { name: "out" }] }, { role: "service" }),
    ],
    "on the network of others": [
      ...things,
      shipper(undefined, [{ name: "out" }, { name: "inside" }]),
      service("inside"),
    ],
    "backups that it can write": [[...things, shipper([mount("backups", false)])], "not read-only"],
    "backups whose name is not known yet": [
      [
        out,
        unnamed,
        other,
        container(
          { networksAdvanced: [{ name: "out" }], mounts: [mount(UNKNOWN)] },
          { role: "shipper", sources: { mounts: [unnamed, other] } },
        ),
      ],
      "not read-only",
    ],
    "backups that it can write by default": [[...things, shipper([mount("backups")])], "not read-only"],
  },
  unknown: {
    "its networks": [...things, shipper(undefined, UNKNOWN)],
    "its mounts": [...things, shipper(UNKNOWN)],
    "whether it can write": [...things, shipper([mount("backups", UNKNOWN)])],
  },
});
