import { cases, container, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./ctr-sensitive-mount";

cases(rule, {
  pass: {
    "no mounts": container(),
    "a folder below /srv": container({ volumes: [{ hostPath: "/srv/certificates", containerPath: "/c" }] }),
    "a name that only begins alike": container({ volumes: [{ hostPath: "/etcd", containerPath: "/c" }] }),
    "a tmpfs": container({ mounts: [{ type: "tmpfs", target: "/etc" }] }),
    "such a folder in the container": container({
      mounts: [{ type: "volume", source: "data", target: "/etc" }],
    }),
    "something that is no path": container({ volumes: [{ fromContainer: "other" }] }),
  },
  fail: {
    ...Object.fromEntries(
      [
        "/",
        "/boot",
        "/dev",
        "/etc",
        "/lib",
        "/lib64",
        "/proc",
        "/root",
        "/sys",
        "/usr",
        "/var/lib/containerd",
        "/var/lib/docker",
        "/etc/ssl",
        "/dev/sda",
        "/var/lib",
        "/var",
        "/srv/../etc/",
      ].map((hostPath) => [
        hostPath,
        container({ volumes: [{ hostPath, containerPath: "/x", readOnly: true }] }),
      ]),
    ),
    "a mount": [
      container({ mounts: [{ type: "bind", source: "/etc", target: "/x" }] }),
      "`mounts[0].source` mounts /etc",
    ],
    "a volume on a disk": [
      volume({ driverOpts: { type: "ext4", device: "/dev/sdb1" } }),
      "`driverOpts.device`",
    ],
  },
  unknown: {
    source: container({ mounts: [{ type: "bind", source: UNKNOWN, target: "/x" }] }),
    "a volume's options": volume({ driverOpts: UNKNOWN }),
  },
});
