import { touches, visitHostPaths } from "../support/host-paths";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Control sockets of container runtimes, whose folders hand them out; /var/run is a link to /run. */
const SOCKETS = [
  "/var/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/podman/podman.sock",
  "/run/crio/crio.sock",
];

/** A socket anywhere, such as a rootless engine's below /run/user. */
const SOCKET_NAME = /\/(docker|containerd|podman|crio|cri-dockerd)\.sock$/;
const ROOTLESS = /^\/run\/user(\/\d+)?$/;

export const rule: ResourceRule = {
  id: "ctr-docker-socket",
  level: "mandatory",
  why: "Whoever reaches the container runtime's socket is root on the host; read-only changes nothing, since a request is not a write to the file.",
  remedy:
    "Do not mount the socket or a folder above it; what needs Docker is an action of the stack, run from outside.",
  source: "CIS Docker 1.6, 5.32; OWASP Docker, rule 1",
  types: [TYPES.container, TYPES.volume],
  check({ type, inputs, report }) {
    visitHostPaths(type, inputs, ({ path, field }) => {
      if (path === undefined) return;
      if (SOCKETS.some((socket) => touches(path, socket)) || SOCKET_NAME.test(path) || ROOTLESS.test(path)) {
        report(`\`${field}\` gives access to a container runtime's socket`);
      }
    });
  },
};
