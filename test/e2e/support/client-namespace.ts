import { execa } from "execa";

/**
 * A client on a host of its own: a network namespace, joined to this machine by a pair of virtual interfaces.
 * Requests from loopback reach a container from Docker's own gateway, so only such a client proves anything
 * about the client's address.
 */
export class ClientNamespace {
  static readonly possible = process.platform === "linux" && process.getuid?.() === 0;
  /** Documentation and unique-local ranges that nothing else on a machine uses. */
  readonly v4 = { host: "198.18.7.1", client: "198.18.7.2" };
  readonly v6 = { host: "fd00:5354:7::1", client: "fd00:5354:7::2" };
  private readonly name = "strongroom-client";

  private constructor() {}

  static async create(): Promise<ClientNamespace> {
    const namespace = new ClientNamespace();
    await namespace.destroy();
    const { name, v4, v6 } = namespace;
    const [hostLink, clientLink] = ["srclient0", "srclient1"];
    await ip("netns", "add", name);
    await ip("link", "add", hostLink, "type", "veth", "peer", "name", clientLink, "netns", name);
    await ip("address", "add", `${v4.host}/24`, "dev", hostLink);
    await ip("address", "add", `${v6.host}/64`, "dev", hostLink, "nodad");
    await ip("link", "set", hostLink, "up");
    await ip("-n", name, "address", "add", `${v4.client}/24`, "dev", clientLink);
    await ip("-n", name, "address", "add", `${v6.client}/64`, "dev", clientLink, "nodad");
    await ip("-n", name, "link", "set", clientLink, "up");
    return namespace;
  }

  /** Runs curl as that client. */
  async curl(...args: string[]): Promise<{ status: number; body: string }> {
    const { stdout } = await execa("ip", [
      "netns",
      "exec",
      this.name,
      "curl",
      "--silent",
      "--show-error",
      "--max-time",
      "10",
      "--write-out",
      "\n%{http_code}",
      ...args,
    ]);
    const at = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
  }

  async destroy(): Promise<void> {
    await execa("ip", ["netns", "delete", this.name], { reject: false });
    await execa("ip", ["link", "delete", "srclient0"], { reject: false });
  }
}

async function ip(...args: string[]): Promise<void> {
  await execa("ip", args);
}
