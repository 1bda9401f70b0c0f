import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { processFate, processIdentity } from "./process-identity";

describe("a process", () => {
  it("is alive while it runs", () => {
    expect(processFate(processIdentity())).toBe("alive");
  });

  it("is dead when its number belongs to another", () => {
    expect(processFate({ ...processIdentity(), started: "1" })).toBe("dead");
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "is dead when it has ended and nobody has asked for it",
    async () => {
      // The shell becomes `sleep`, which does not ask for the child that it was left with.
      const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 5"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const child = processIdentity(Number(line.toString()));
        await sleep(600);
        expect(processFate(child)).toBe("dead");
      } finally {
        parent.kill();
      }
    },
  );

  it("of another machine is unknown, and dead after a reboot of this one", () => {
    const here = processIdentity();
    expect(processFate({ ...here, host: "elsewhere/1" })).toBe("unknown");
    expect(processFate({ ...here, host: `${here.host.split("/")[0]}/before` })).toBe("dead");
  });
});
