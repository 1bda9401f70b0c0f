import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { ToolchainError } from "./errors";

/** PATH with the folders of dockerd, iptables and mount, which a root shell may not have on its own. */
export function systemPath(): string {
  return `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
}

/**
 * Runs a program of the operating system without asking anything.
 * @param what What it is run for, e.g. "installing Docker Engine"; begins the error's message.
 * @throws ToolchainError with the end of its output
 */
export async function run(command: string, args: string[], what: string): Promise<void> {
  const { execa } = await import("execa");
  const env = { PATH: systemPath(), DEBIAN_FRONTEND: "noninteractive" };
  const result = await execa(command, args, { reject: false, all: true, stdin: "ignore", env });
  if (result.exitCode !== 0) {
    const log = String(result.all ?? result.message)
      .trim()
      .split("\n")
      .slice(-10)
      .join("\n");
    throw new ToolchainError(`${what} failed (${command} ${args.join(" ")}):\n${log}`);
  }
}

/** Whether a program runs and ends with 0. */
export async function succeeds(command: string, args: string[]): Promise<boolean> {
  const { execa } = await import("execa");
  return (await execa(command, args, { reject: false, env: { PATH: systemPath() } })).exitCode === 0;
}

/** Whether a program is installed. */
export function onPath(program: string): boolean {
  return systemPath()
    .split(":")
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return folder !== "";
      } catch {
        return false;
      }
    });
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Debian or a system that says it is like Debian. */
export function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}
