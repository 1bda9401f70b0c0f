import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mustRun } from "./command";
import { freePorts } from "./test-stack";

const SSHD = "/usr/sbin/sshd";

/** Why this machine has no host for these tests; undefined if it has one. */
export const noSshHost = existsSync(SSHD) ? undefined : `there is no ${SSHD}`;

/**
 * This machine's Docker, reached over ssh: a server of its own on 127.0.0.1, with a host key that is pinned and a login
 * key, all in one folder. Neither the machine's own ssh server nor the user's ssh settings are touched.
 */
export class SshHost {
  private constructor(
    /** `ssh://user@127.0.0.1:PORT`. */
    readonly endpoint: string,
    /** What a command needs that is to reach the host: the `ssh` that knows key and host key first on its PATH. */
    readonly environment: Record<string, string>,
    private readonly server: ChildProcess,
  ) {}

  /** @param folder where keys and settings go @throws Error when the server does not start */
  static async start(folder: string): Promise<SshHost> {
    const [port] = await freePorts();
    const file = (name: string) => join(folder, name);
    for (const key of ["host", "login"])
      await mustRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(key)]);
    writeFileSync(file("known_hosts"), `[127.0.0.1]:${port} ${readFileSync(file("host.pub"), "utf8")}`);
    writeFileSync(
      file("sshd_config"),
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${file("host")}`,
        `AuthorizedKeysFile ${file("login.pub")}`,
        "PidFile none",
        "LogLevel ERROR",
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "",
      ].join("\n"),
    );
    writeFileSync(
      file("ssh_config"),
      [
        "BatchMode yes",
        "StrictHostKeyChecking yes",
        `UserKnownHostsFile ${file("known_hosts")}`,
        "GlobalKnownHostsFile /dev/null",
        "IdentitiesOnly yes",
        `IdentityFile ${file("login")}`,
        "IdentityAgent none",
        // As the documents recommend.
        "ControlMaster auto",
        `ControlPath ${file("%C")}`,
        "ControlPersist 10",
        "",
      ].join("\n"),
    );
    mkdirSync(file("bin"));
    writeFileSync(file("bin/ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F "${file("ssh_config")}" "$@"\n`);
    chmodSync(file("bin/ssh"), 0o700);
    // Of the machine's own server; without it none starts.
    if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const server = spawn(SSHD, ["-D", "-e", "-f", file("sshd_config")], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    await untilOpen(port, server);
    return new SshHost(
      `ssh://${userInfo().username}@127.0.0.1:${port}`,
      { PATH: `${file("bin")}:${process.env.PATH}` },
      server,
    );
  }

  stop(): void {
    this.server.kill();
  }
}

async function untilOpen(port: number, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}`);
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, "127.0.0.1", () => done(true));
      socket.once("error", () => done(false));
      socket.once("close", () => socket.destroy());
      socket.once("data", () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`sshd does not listen on port ${port}`);
}
