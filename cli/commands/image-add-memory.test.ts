import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { pack } from "tar-stream";
import { pemOf } from "../../operations/archive/testing";
import { fakeDocker } from "../../operations/testing/fake-docker";

const FULL = process.env.STRONGROOM_E2E === "full";
/** Of the layer. The smaller one is still more than the command may take, and is done in seconds. */
const size = (FULL ? 2048 : 256) * 1024 ** 2;
/** Bytes that the whole command may take at any time, Node included. */
const MOST = 200 * 1024 ** 2;

const root = mkdtempSync(join(tmpdir(), "strongroom-large-archive-"));
const path = (name: string) => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));
const docker = fakeDocker();
const checkout = join(__dirname, "../..");

/** An archive of one image with one layer of zeros. @returns the image's id */
async function writeArchive(file: string): Promise<string> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file));
  const config = Buffer.from(JSON.stringify({ architecture: "amd64" }));
  const hash = createHash("sha256").update(config).digest("hex");
  tar.entry({ name: `${hash}.json` }, config);
  const zeros = Buffer.alloc(1024 ** 2);
  await new Promise<void>((done, fail) => {
    const layer = tar.entry({ name: `${hash}/layer.tar`, size }, (error) => (error ? fail(error) : done()));
    let left = size;
    const more = (): void => {
      while (left > 0) {
        left -= zeros.length;
        if (!layer.write(zeros)) return void layer.once("drain", more);
      }
      layer.end();
    };
    more();
  });
  const entries = [{ Config: `${hash}.json`, RepoTags: ["vault:2.1"], Layers: [`${hash}/layer.tar`] }];
  tar.entry({ name: "manifest.json" }, JSON.stringify(entries));
  tar.finalize();
  await written;
  return `sha256:${hash}`;
}

it(
  `adds an archive of ${size / 1024 ** 2} MiB in at most ${MOST / 1024 ** 2} MiB of memory`,
  { timeout: FULL ? 600_000 : 120_000 },
  async () => {
    const id = await writeArchive(path("vault.tar"));
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const signer = createSign("sha256");
    for await (const chunk of createReadStream(path("vault.tar"))) signer.update(chunk as Buffer);
    writeFileSync(path("vault.tar.sig"), signer.sign(privateKey).toString("base64"));
    writeFileSync(path("vendor.pem"), pemOf(publicKey));
    writeFileSync(path("Pulumi.large.yaml"), readFileSync(join(checkout, "Pulumi.dev.yaml")));
    docker.answer(`shift 2
case "$1 $2" in
  "version --format") echo 27.1.0 ;;
  "image inspect") echo ${id} ;;
  "load "*) wc --bytes > ${path("loaded")}; echo "Loaded image: vault:2.1" ;;
esac
exit 0`);
    // Says when a process ends how much it took, in KiB.
    writeFileSync(
      path("measure.cjs"),
      `process.on("exit", () => require("fs").appendFileSync(${JSON.stringify(path("peaks"))}, process.resourceUsage().maxRSS + "\\n"))`,
    );
    const files = [
      path("vault.tar"),
      "--signature",
      path("vault.tar.sig"),
      "--public-key",
      path("vendor.pem"),
    ];
    const stack = ["--stack", "large", "--config-file", path("Pulumi.large.yaml")];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--require",
        path("measure.cjs"),
        "cli/start.cjs",
        ...stack,
        "image",
        "add",
        ...files,
        "--service",
        "server",
      ],
      { cwd: checkout, env: { ...process.env, STRONGROOM_HOME: path("home"), CI: "1" } },
    );
    expect(stdout).toContain(id);
    expect(Number(readFileSync(path("loaded"), "utf8"))).toBe(statSync(path("vault.tar")).size);
    const peaks = readFileSync(path("peaks"), "utf8")
      .trim()
      .split("\n")
      .map((line) => Number(line) * 1024);
    console.log(
      `an archive of ${size / 1024 ** 2} MiB took ${Math.round(Math.max(...peaks) / 1024 ** 2)} MiB`,
    );
    expect(Math.max(...peaks)).toBeLessThan(MOST);
  },
);
