import { type ChildProcess, spawn } from "node:child_process";
import { type Stretch, WAL_SLOT, type WalSettings } from "../../../../operations/backup/wal";
import { readPassword } from "../settings";
import { receiveFolder } from "./archive";
import { connectionText } from "./settings";

/** What pg_receivewal said last is enough. */
const ERROR_CHARACTERS = 1000;

/** pg_receivewal: has the log on disk as soon as the server has, and tells it so. */
export class Receiver {
  private constructor(
    private readonly child: ChildProcess,
    /** Rejects when it ends, whatever the reason. */
    readonly ended: Promise<never>,
  ) {}

  static start({ database }: WalSettings, stretch: Stretch): Receiver {
    const child = spawn(
      "pg_receivewal",
      [
        `--dbname=${connectionText(database)}`,
        `--directory=${receiveFolder(stretch)}`,
        ...[`--slot=${WAL_SLOT}`, "--synchronous", "--no-loop", "--no-password"],
      ],
      { env: { ...process.env, PGPASSWORD: readPassword() }, stdio: ["ignore", "ignore", "pipe"] },
    );
    let said = "";
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => (said = (said + text).slice(-ERROR_CHARACTERS)));
    const ended = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) =>
        reject(new Error(`pg_receivewal ended with ${code ?? signal}: ${said.trim()}`)),
      );
    });
    // Whoever waits for something else then is told by the next look.
    ended.catch(() => undefined);
    return new Receiver(child, ended);
  }

  /** Ends it: what it has received is on disk, and the next one goes on there. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.ended.catch(() => undefined);
  }
}
