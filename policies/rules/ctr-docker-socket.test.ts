import { cases, container, UNKNOWN, volume } from "../testing/cases";
import { rule } from "./ctr-docker-socket";

cases(rule, {
  pass: {
    "no mounts": container(),
    "a named volume": container({ mounts: [{ type: "volume", source: "data", target: "/data" }] }),
    "a named volume whose name is not known yet": container({
      mounts: [{ type: "volume", source: UNKNOWN, target: "/d" }],
    }),
    "a named volume in the short syntax": container({
      volumes: [{ volumeName: "data", containerPath: "/data" }],
    }),
    "a folder beside the socket's": container({
      volumes: [{ hostPath: "/run/lock", containerPath: "/lock" }],
    }),
    "a name that only begins like the socket's folder": container({
      volumes: [{ hostPath: "/runtime", containerPath: "/r" }],
    }),
    "a file that is named after Docker": container({
      volumes: [{ hostPath: "/srv/docker.sock.md", containerPath: "/r" }],
    }),
    "another user's data": container({ volumes: [{ hostPath: "/run/user/1000/app", containerPath: "/r" }] }),
    "something that is no path": container({ volumes: [{ fromContainer: "other" }] }),
    "a volume of the local driver": volume({ driver: "local" }),
    "a volume in memory": volume({ driverOpts: { type: "tmpfs", device: "tmpfs" } }),
  },
  fail: {
    ...Object.fromEntries(
      [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/run/podman/podman.sock",
        "/run/crio/crio.sock",
        "/run/containerd",
        "/run/podman",
        "/run/crio",
        "/run",
        "/var/run",
        "/var",
        "/",
        "/run/user/1000/docker.sock",
        "/run/user/1000",
        "/run/user",
        "/srv/proxy/podman.sock",
        "/srv/containerd.sock",
        "/srv/crio.sock",
        "/srv/cri-dockerd.sock",
      ].map((hostPath) => [hostPath, container({ volumes: [{ hostPath, containerPath: "/x" }] })]),
    ),
    "read-only": container({
      volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/x", readOnly: true }],
    }),
    "a mount": [
      container({ mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/x", readOnly: true }] }),
      "`mounts[0].source`",
    ],
    "a mount whose type is in capitals": container({
      mounts: [{ type: "BIND", source: "/run", target: "/x" }],
    }),
    "a path with dots and slashes": container({
      volumes: [{ hostPath: "/srv/..//run/./", containerPath: "/x" }],
    }),
    "a path as a volume's name": [
      container({ volumes: [{ volumeName: "/var/run", containerPath: "/x" }] }),
      "volumeName",
    ],
    "the second of two": [
      container({
        volumes: [
          { volumeName: "data", containerPath: "/d" },
          { hostPath: "/run", containerPath: "/x" },
        ],
      }),
      "`volumes[1].hostPath`",
    ],
    "a volume that is a bind mount": volume({ driverOpts: { type: "none", o: "bind", device: "/var/run" } }),
    "a mount's own volume that is a bind mount": container({
      mounts: [
        { type: "volume", target: "/x", volumeOptions: { driverOptions: { o: "bind", device: "/run" } } },
      ],
    }),
  },
  unknown: {
    hostPath: container({ volumes: [{ hostPath: UNKNOWN, containerPath: "/x" }] }),
    "volumeName, which may be a path": container({ volumes: [{ volumeName: UNKNOWN, containerPath: "/x" }] }),
    "a bind mount's source": container({ mounts: [{ type: "bind", source: UNKNOWN, target: "/x" }] }),
    "a mount's type": container({ mounts: [{ type: UNKNOWN, source: "data", target: "/x" }] }),
    "all mounts": container({ mounts: UNKNOWN }),
    "a volume's device": volume({ driverOpts: { device: UNKNOWN } }),
  },
});
