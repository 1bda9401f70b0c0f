import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { type DatabaseServer, POSTGRES_PATH } from "./database-server";
import { docker } from "./docker";
import { OperationError } from "./errors";
import { imageOf } from "./lock";

/** Dumps of a stack that are kept on its host, the newest ones. */
const KEPT_DUMPS = 3;

/** Volume of a stack's dumps; its role ends in "-data", so nothing removes it without being told to. */
export function dumpVolume(stack: string): string {
  return `strongroom-${stack}-dumps`;
}

/** A dump that was read back in full. */
export interface Dump {
  /** File name in the volume. */
  file: string;
  sha256: string;
}

/**
 * Receives a dump on stdin and keeps it only if pg_restore can read it to its end. It is renamed when it is
 * whole and on disk, so that every file without ".part" is a good one.
 */
const KEEP_SCRIPT = `set -e; umask 077; ${POSTGRES_PATH}; cd /dumps; rm -f *.part
cat > "$1.part"; pg_restore --file=/dev/null "$1.part"; sync "$1.part"; mv "$1.part" "$1"; sha256sum "$1"
ls -1r *.dump | tail -n +$(($2 + 1)) | xargs -r rm -f`;

/**
 * Dumps the database into the stack's volume of dumps on the same host and reads it back in full.
 * @param name the file's name without its ending; later names must sort after earlier ones
 * @throws OperationError when the dump fails or cannot be read back; then no file of that name is there
 */
export async function dumpDatabase(server: DatabaseServer, stack: string, name: string): Promise<Dump> {
  const volume = dumpVolume(stack);
  const labels = ["--label", `strongroom.stack=${stack}`, "--label", "strongroom.role=dumps-data"];
  await docker(server.endpoint, ["volume", "create", ...labels, volume]);
  const image = await imageOf(server.endpoint, server.container);
  const file = `${name}.dump`;
  const out = await pipe(
    server.endpoint,
    [
      "exec",
      server.container,
      "sh",
      "-c",
      `${POSTGRES_PATH}; exec pg_dump --format=custom --username=postgres --lock-wait-timeout=30s --dbname="$1"`,
      "sh",
      server.database,
    ],
    [
      "run",
      "--rm",
      "--interactive",
      "--network=none",
      "--read-only",
      "--cap-drop=ALL",
      "--security-opt=no-new-privileges",
      "--user=0:0",
      "--label",
      `strongroom.stack=${stack}`,
      "--label",
      "strongroom.role=migration",
      "--mount",
      `type=volume,source=${volume},target=/dumps`,
      "--entrypoint=sh",
      image,
      "-c",
      KEEP_SCRIPT,
      "sh",
      file,
      String(KEPT_DUMPS),
    ],
  );
  const sha256 = /^[0-9a-f]{64}/m.exec(out)?.[0];
  if (!sha256) throw new OperationError(`the dump of database ${server.database} was not read back`);
  return { file, sha256 };
}

/** Output of one docker command into the input of another. @returns the second one's output */
async function pipe(endpoint: string, from: string[], to: string[]): Promise<string> {
  const options = {
    detached: true,
    env: { ...process.env, DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  };
  const start = (args: string[]) =>
    spawn("docker", ["--host", endpoint, ...args], { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const [source, sink] = [start(from), start(to)];
  source.stdin.end();
  const texts = { out: "", sourceError: "", sinkError: "" };
  sink.stdout.on("data", (chunk: Buffer) => (texts.out += chunk.toString()));
  source.stderr.on("data", (chunk: Buffer) => (texts.sourceError += chunk.toString()));
  sink.stderr.on("data", (chunk: Buffer) => (texts.sinkError += chunk.toString()));
  const ended = (child: typeof source) =>
    new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
  const [piped, fromCode, toCode] = await Promise.all([
    // What broke the pipe shows in the exit codes.
    pipeline(source.stdout, sink.stdin).catch((error: Error) => error.message),
    ended(source),
    ended(sink),
  ]);
  if (fromCode !== 0 || toCode !== 0 || piped !== undefined) {
    const reason = [texts.sourceError, texts.sinkError].map((text) => text.trim()).filter(Boolean);
    throw new OperationError(
      `the database cannot be dumped: ${reason.join("; ") || piped || "unknown cause"}`,
    );
  }
  return texts.out;
}
