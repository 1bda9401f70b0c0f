import { cases, container, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./ctr-bind-allowlist";

const listed = { sources: ["/srv/certificates"] };

cases(rule, {
  pass: {
    "no mounts": container(),
    "a named volume": container({ mounts: [{ type: "volume", source: "data", target: "/data" }] }),
    "a named volume in the short syntax": container({
      volumes: [{ volumeName: "my_data-1.x", containerPath: "/data" }],
    }),
    "a volume without a name": container({ volumes: [{ containerPath: "/data" }] }),
    "a tmpfs": container({ mounts: [{ type: "tmpfs", target: "/tmp" }] }),
    "a listed folder, read-only": {
      settings: listed,
      of: container({
        mounts: [{ type: "bind", source: "/srv/certificates", target: "/c", readOnly: true }],
      }),
    },
    "a listed folder in the short syntax": {
      settings: listed,
      of: container({ volumes: [{ hostPath: "/srv/certificates/", containerPath: "/c", readOnly: true }] }),
    },
    "a volume": volume(),
    "a volume of the local driver": volume({
      driver: "local",
      driverOpts: { type: "nfs", device: ":/export" },
    }),
  },
  fail: {
    "a folder that is not listed": [
      container({ volumes: [{ hostPath: "/srv/app", containerPath: "/c", readOnly: true }] }),
      "/srv/app of the host, which is not on the list",
    ],
    "a listed folder, writable": [
      {
        settings: listed,
        of: container({ volumes: [{ hostPath: "/srv/certificates", containerPath: "/c" }] }),
      },
      "not read-only",
    ],
    "below a listed folder": {
      settings: listed,
      of: container({
        volumes: [{ hostPath: "/srv/certificates/private", containerPath: "/c", readOnly: true }],
      }),
    },
    "out of a listed folder": {
      settings: listed,
      of: container({
        volumes: [{ hostPath: "/srv/certificates/../app", containerPath: "/c", readOnly: true }],
      }),
    },
    "another container's volumes": [
      container({ volumes: [{ fromContainer: "database" }] }),
      "neither a named volume",
    ],
    "a path that is not absolute": container({
      volumes: [{ hostPath: "./data", containerPath: "/c", readOnly: true }],
    }),
    "a name where a path is meant": container({
      volumes: [{ hostPath: "data", containerPath: "/c", readOnly: true }],
    }),
    "a name that Docker would not take": container({
      volumes: [{ volumeName: "_data", containerPath: "/c", readOnly: true }],
    }),
    "a path with a second target": container({
      volumes: [{ hostPath: "/srv/certificates:/x", containerPath: "/c", readOnly: true }],
    }),
    "a bind mount without a source": container({ mounts: [{ type: "bind", target: "/c" }] }),
    "a pipe": {
      settings: listed,
      of: container({
        mounts: [{ type: "npipe", source: "/srv/certificates", target: "/c", readOnly: true }],
      }),
    },
    "a volume of another driver": [volume({ driver: "local-persist" }), "`driver`"],
    "a mount's own volume of another driver": [
      container({ mounts: [{ type: "volume", target: "/x", volumeOptions: { driverName: "sshfs" } }] }),
      "`mounts[0].volumeOptions.driverName`",
    ],
    "a volume that is a bind mount": [
      { settings: listed, of: volume({ driverOpts: { o: "bind", device: "/srv/certificates" } }) },
      "not read-only",
    ],
  },
  unknown: {
    hostPath: container({ volumes: [{ hostPath: UNKNOWN, containerPath: "/x" }] }),
    readOnly: {
      settings: listed,
      of: container({ volumes: [{ hostPath: "/srv/certificates", containerPath: "/c", readOnly: UNKNOWN }] }),
    },
    "a volume's driver": volume({ driver: UNKNOWN }),
  },
});
