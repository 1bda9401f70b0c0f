import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, type TestStack } from "./test-stack";

/** Where the target keeps the repository. */
export const REPOSITORY = "/srv/strongroom";

/** As docs/backup.md has an operator set a target up: OpenSSH and rclone, and an account whose key only appends. */
const SETUP = `set -eu
useradd --create-home --shell /bin/sh strongroom
install -d -o strongroom -m 0700 /home/strongroom/.ssh ${REPOSITORY}
printf 'restrict,command="rclone serve restic --stdio --append-only ${REPOSITORY}" %s\\n' "$(cat /tmp/key.pub)" > /home/strongroom/.ssh/authorized_keys
chown strongroom /home/strongroom/.ssh/authorized_keys
install -d /run/sshd`;

/** A machine off the host, as far as a container can be one: on Docker's default network, with the data in itself. */
export class OffsiteTarget {
  private constructor(
    readonly container: string,
    /** Private key of the account. */
    readonly key: string,
    /** Public host key, type and base64. */
    readonly hostKey: string,
  ) {}

  /** @param image the sidecar's, which the target's image is made of: it has OpenSSH's client already */
  static async start(stack: TestStack, image: string): Promise<OffsiteTarget> {
    const folder = mkdtempSync(join(tmpdir(), "strongroom-target-"));
    try {
      const packages =
        "export DEBIAN_FRONTEND=noninteractive && apt-get update && apt-get install -y --no-install-recommends openssh-server rclone";
      const keygen = "ssh-keygen -q -t ed25519 -N '' -C test -f /tmp/key";
      writeFileSync(join(folder, "Dockerfile"), `FROM ${image}\nUSER 0:0\nRUN ${packages}\n`);
      const target = await docker("build", "--quiet", folder);
      const start = `${keygen} && ${SETUP.replaceAll("\n", " && ")}; while [ ! -e /tmp/stop ]; do /usr/sbin/sshd -D -o PasswordAuthentication=no || sleep 1; done`;
      const name = `strongroom-${stack.name}-offsite`;
      const container = await docker(
        "run",
        "--detach",
        `--name=${name}`,
        "--user=0:0",
        "--init",
        target,
        "bash",
        "-c",
        start,
      );
      const read = async (path: string) => {
        for (let tries = 0; ; tries++) {
          try {
            return await docker("exec", container, "cat", path);
          } catch (error) {
            if (tries > 50) throw error;
            await new Promise((done) => setTimeout(done, 200));
          }
        }
      };
      const hostKey = (await read("/etc/ssh/ssh_host_ed25519_key.pub")).split(" ").slice(0, 2).join(" ");
      return new OffsiteTarget(container, `${await read("/tmp/key")}\n`, hostKey);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  exec(...command: string[]): Promise<string> {
    return docker("exec", this.container, ...command);
  }

  /** Makes it reachable as `offsite` on the shipper's network. */
  async attach(stack: TestStack): Promise<void> {
    await docker("network", "connect", "--alias=offsite", await networkOf(stack), this.container);
  }

  /** Takes it away from the shipper: a network that something is on cannot be removed. */
  async detach(stack: TestStack): Promise<void> {
    await docker("network", "disconnect", await networkOf(stack), this.container);
  }

  /** Address on Docker's default network. */
  address(): Promise<string> {
    return docker("inspect", "--format={{.NetworkSettings.Networks.bridge.IPAddress}}", this.container);
  }

  async remove(): Promise<void> {
    await docker("rm", "--force", "--volumes", this.container);
  }
}

/** Id of the shipper's network. */
function networkOf(stack: TestStack): Promise<string> {
  const labels = [`strongroom.stack=${stack.name}`, "strongroom.network=offsite"];
  return docker("network", "ls", "--quiet", ...labels.map((label) => `--filter=label=${label}`));
}
