import { randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { readPublicKey } from "../../operations/archive/public-key";
import { readRecords } from "../../operations/archive/record";
import {
  type ArchiveOptions,
  cosignSign,
  makeArchive,
  Minisigner,
  type Signed,
} from "../../operations/archive/testing";
import { createContext } from "../context";
import { createAdd } from "./image-add";
import { createTrust } from "./image-trust";

const root = mkdtempSync(join(tmpdir(), "strongroom-image-add-"));
const environment = { ...process.env };
afterAll(() => {
  process.env = environment;
  rmSync(root, { recursive: true, force: true });
});

/**
 * A docker that keeps what it is given to load, then says that it has what `ids` lists. With `swap` it is also
 * who exchanges the archive after the check: right before it reads.
 */
const fakeDocker = `#!/bin/bash
cd "$(dirname "$0")"
shift 2
case "$1 $2" in
  "version --format") echo 27.1.0 ;;
  "image ls") cat before 2>/dev/null ;;
  "image inspect") cat ids ;;
  "image rm") echo "$@" >> removed ;;
  "load "*) touch loading; [ -e swap ] && cp swap "$(cat swap-target)"; cat > loaded; echo "Loaded image: vault:2.1" ;;
esac
exit 0
`;

/** One case: an own home, configuration, docker and folder for what the vendor ships. */
let at: { folder: string; stack: string; stackDir: string; config: string; docker: string };

beforeEach(() => {
  const folder = mkdtempSync(join(root, "case-"));
  const docker = join(folder, "bin");
  mkdirSync(docker);
  writeFileSync(join(docker, "docker"), fakeDocker);
  chmodSync(join(docker, "docker"), 0o755);
  const stack = "archive";
  const config = join(folder, `Pulumi.${stack}.yaml`);
  writeFileSync(config, readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8"));
  process.env = { ...environment, STRONGROOM_HOME: join(folder, "home"), CI: "1" };
  process.env.PATH = `${docker}${delimiter}${environment.PATH}`;
  delete process.env.DOCKER_HOST;
  at = { folder, stack, config, docker, stackDir: join(folder, "home", "stacks", stack) };
});

// The command's results, and its steps' lines.
const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
vi.spyOn(process.stderr, "write").mockReturnValue(true);
const output = () => stdout.mock.calls.map(([text]) => String(text)).join("");

const path = (name: string) => join(at.folder, name);
const services = () => {
  const { config } = parse(readFileSync(at.config, "utf8")) as { config: Record<string, unknown> };
  return config["strongroom:services"] as Record<string, { image: Record<string, string> }>;
};
const context = () => createContext({ stack: at.stack, configFile: at.config });
const loaded = () => existsSync(join(at.docker, "loading"));

/** Puts the files in place and runs the command on them. */
async function add(
  bytes: Buffer,
  { signature, publicKey }: Partial<Signed>,
  ...options: string[]
): Promise<void> {
  writeFileSync(path("vault.tar"), bytes);
  if (signature) writeFileSync(path("vault.tar.sig"), signature);
  if (publicKey) writeFileSync(path("vendor.pub"), publicKey);
  const files = [path("vault.tar"), "--signature", path("vault.tar.sig"), "--public-key", path("vendor.pub")];
  const service = options.includes("--service") ? [] : ["--service", "server"];
  await createAdd(context)
    .exitOverride()
    .parseAsync([...files, ...service, ...options], { from: "user" });
}

async function trust(publicKey: Buffer): Promise<void> {
  writeFileSync(path("new.pub"), publicKey);
  const args = ["--public-key", path("new.pub"), "--service", "server"];
  await createTrust(context).exitOverride().parseAsync(args, { from: "user" });
}

/** What the host will say that it has. */
const hostHas = (...ids: string[]) =>
  writeFileSync(join(at.docker, "ids"), ids.map((id) => `${id}\n`).join(""));

/** An update as the engine records it, with the configuration as it is now. */
function recordUpdate(result = "succeeded"): void {
  const folder = join(at.folder, "home", "state", ".pulumi", "history", "strongroom", at.stack);
  mkdirSync(folder, { recursive: true });
  const { config } = parse(readFileSync(at.config, "utf8")) as { config: unknown };
  const name = `${at.stack}-${process.hrtime.bigint()}.history.json`;
  writeFileSync(join(folder, name), JSON.stringify({ kind: "update", result, config }));
}

const vendor = new Minisigner();

it("loads the very bytes that it verified, names them in the configuration, and keeps a record", async () => {
  const { bytes, ids } = await makeArchive({ gzip: true });
  hostHas(ids[0]!);
  const signed = vendor.sign(bytes, "ED");
  await add(bytes, signed);
  expect(readFileSync(join(at.docker, "loaded")).equals(bytes)).toBe(true);
  const signer = readPublicKey(signed.publicKey, "key").fingerprint;
  expect(services().server!.image).toEqual({ id: ids[0], version: "2.1", archive: "vault.tar", signer });
  const after = readFileSync(at.config, "utf8");
  expect(after).toContain("# The vault itself: https://vault.localhost:8443");
  const [record, ...others] = readRecords(at.stackDir);
  expect(others).toEqual([]);
  expect(output()).toContain(`image     ${ids[0]}`);
  expect(record).toMatchObject({
    id: ids[0],
    host: "local",
    archive: "vault.tar",
    signer,
    repository: "vault",
  });
  expect(readdirSync(join(at.stackDir, "spool"))).toEqual([]);
});

it("puts one image into several services, and again without a change", async () => {
  const { bytes, ids } = await makeArchive();
  hostHas(ids[0]!);
  const signed = cosignSign(bytes).sigstore;
  await add(bytes, signed, "--service", "server", "dashboard");
  expect(services().dashboard!.image).toEqual(services().server!.image);
  const text = readFileSync(at.config, "utf8");
  await add(bytes, signed, "--service", "server", "dashboard");
  expect(readFileSync(at.config, "utf8")).toBe(text);
});

it("takes the version from the archive's label, or as it is told, and the image that is chosen", async () => {
  const images = [
    { labels: { "org.opencontainers.image.version": "3.0" } },
    { tag: "tools:9", comment: "tools" },
  ];
  const { bytes, ids } = await makeArchive({ images });
  hostHas(ids[0]!, ids[1]!);
  await expect(add(bytes, vendor.sign(bytes, "ED"))).rejects.toThrow("holds 2 images");
  expect(loaded()).toBe(false);
  await expect(add(bytes, vendor.sign(bytes, "ED"), "--image", "nosuch:1")).rejects.toThrow("tools:9");
  hostHas(ids[0]!);
  await add(bytes, vendor.sign(bytes, "ED"), "--image", ids[0]!);
  expect(services().server!.image).toMatchObject({ id: ids[0], version: "3.0" });
  expect(readRecords(at.stackDir)).toMatchObject([{ id: ids[0] }]);
  expect(readRecords(at.stackDir)[0]).not.toHaveProperty("repository");
  await add(bytes, vendor.sign(bytes, "ED"), "--image", ids[0]!, "--release", "3.0-vendor");
  expect(services().server!.image.version).toBe("3.0-vendor");
});

it("loads what it verified when the archive is exchanged after the check", async () => {
  const { bytes, ids } = await makeArchive();
  const evil = await makeArchive({ images: [{ tag: "vault:2.1", comment: "evil" }] });
  hostHas(ids[0]!);
  writeFileSync(join(at.docker, "swap"), evil.bytes);
  writeFileSync(join(at.docker, "swap-target"), path("vault.tar"));
  await add(bytes, vendor.sign(bytes, "ED"));
  expect(readFileSync(path("vault.tar")).equals(evil.bytes)).toBe(true);
  expect(readFileSync(join(at.docker, "loaded")).equals(bytes)).toBe(true);
  expect(services().server!.image.id).toBe(ids[0]);
});

/** What must be refused before anything is loaded, and what the message says. */
const flip = (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed[Math.floor(changed.length / 2)]! ^= 1;
  return changed;
};
const signedAs =
  (sign: (bytes: Buffer) => Partial<Signed>, change: (bytes: Buffer) => Buffer = (bytes) => bytes) =>
  (bytes: Buffer) => ({ bytes: change(bytes), signed: sign(bytes) });
const minisign = (bytes: Buffer) => vendor.sign(bytes, "ED");
const manipulations: [string, (bytes: Buffer) => { bytes: Buffer; signed: Partial<Signed> }, string][] = [
  ["a bit flipped in the middle", signedAs(minisign, flip), "archive was changed"],
  ["an archive cut off", signedAs(minisign, (bytes) => bytes.subarray(0, -1024)), "archive was changed"],
  [
    "bytes appended",
    signedAs(minisign, (bytes) => Buffer.concat([bytes, Buffer.alloc(512)])),
    "archive was changed",
  ],
  ["an empty archive", signedAs(minisign, () => Buffer.alloc(0)), "is empty"],
  ["the signature of another file", signedAs(() => minisign(Buffer.from("another"))), "another file"],
  [
    "another key",
    signedAs((b) => ({ ...minisign(b), publicKey: new Minisigner().publicKey })),
    "another key",
  ],
  [
    "a key of another type",
    signedAs((b) => ({ ...minisign(b), publicKey: cosignSign(b).sig.publicKey })),
    "another format",
  ],
  [
    "a signature of another format",
    signedAs((b) => ({ ...cosignSign(b).sig, publicKey: vendor.publicKey })),
    "another format",
  ],
  [
    "an empty signature",
    signedAs((b) => ({ ...minisign(b), signature: Buffer.alloc(0) })),
    "signature is empty",
  ],
  ["no signature", signedAs((b) => ({ publicKey: minisign(b).publicKey })), "signature is missing"],
  ["no key", signedAs((b) => ({ signature: minisign(b).signature })), "public key is missing"],
  [
    "a signature cut off",
    signedAs((b) => ({ ...minisign(b), signature: minisign(b).signature.subarray(0, 90) })),
    "truncated",
  ],
  [
    "an altered trusted comment",
    signedAs((b) => ({
      ...minisign(b),
      signature: Buffer.from(String(minisign(b).signature).replace("file:", "file:x")),
    })),
    "trusted comment",
  ],
  [
    "a signature by nobody",
    signedAs((b) => ({ ...minisign(b), signature: Buffer.from(randomUUID()) })),
    "another format",
  ],
  [
    "the public key as its signature",
    signedAs((b) => ({ ...minisign(b), signature: vendor.publicKey })),
    "truncated",
  ],
  [
    "a file that is no signature by its size",
    signedAs((b) => ({ ...minisign(b), signature: Buffer.alloc(2 ** 21) })),
    "no signature",
  ],
];

/** Archives that are signed rightly and still must not be loaded. */
const archives: [string, ArchiveOptions, string][] = [
  ["no image", { images: [] }, "holds no image"],
  [
    "a manifest that names another id",
    { manifest: (list) => list.map((e) => ({ ...e, Config: `${"0".repeat(64)}.json` })) },
    "missing",
  ],
  [
    "a manifest that names another file as the configuration",
    {
      more: [{ name: `${"1".repeat(64)}.json`, content: "{}" }],
      manifest: (list) => list.map((e) => ({ ...e, Config: `${"1".repeat(64)}.json` })),
    },
    "has the hash",
  ],
  [
    "a layer missing",
    { manifest: (list) => list.map((e) => ({ ...e, Layers: ["gone/layer.tar"] })) },
    "layer gone/layer.tar is missing",
  ],
  ["a path that leads out", { more: [{ name: "../../etc/cron.d/x", content: "x" }] }, "leads out of it"],
  ["an absolute path", { more: [{ name: "/etc/passwd", content: "x" }] }, "leads out of it"],
  [
    "a link that leads out",
    { more: [{ name: "a/b", type: "symlink", linkname: "../../etc" }] },
    "leads out of it",
  ],
  ["a device", { more: [{ name: "sda", type: "character-device" }] }, "character-device"],
  ["two manifests", { more: [{ name: "manifest.json", content: "[]" }] }, "twice"],
  ["two images", { images: [{ tag: "a:1" }, { tag: "b:1", comment: "b" }] }, "holds 2 images"],
];

async function expectRefused(run: () => Promise<void>, message: string): Promise<void> {
  const before = readFileSync(at.config, "utf8");
  await expect(run()).rejects.toThrow(message);
  expect(loaded()).toBe(false);
  expect(readRecords(at.stackDir)).toEqual([]);
  expect(readFileSync(at.config, "utf8")).toBe(before);
  expect(readdirSync(at.folder).filter((name) => name.startsWith("Pulumi."))).toHaveLength(1);
  const spool = join(at.stackDir, "spool");
  expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([]);
}

describe("refuses, with nothing loaded,", () => {
  it.each(manipulations)("%s", async (_, manipulate, message) => {
    const archive = await makeArchive();
    hostHas(archive.ids[0]!);
    const { bytes, signed } = manipulate(archive.bytes);
    await expectRefused(() => add(bytes, signed), message);
  });

  it.each(archives)("%s, although it is signed", async (_, options, message) => {
    const { bytes, ids } = await makeArchive(options);
    hostHas(...ids);
    await expectRefused(() => add(bytes, vendor.sign(bytes, "ED")), message);
  });

  it("a file that is no archive, although it is signed", async () => {
    for (const bytes of [Buffer.from("not a tar"), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])]) {
      await expectRefused(() => add(bytes, vendor.sign(bytes, "ED")), "no whole tar");
    }
  });

  it("a service that there is not, or none of several", async () => {
    const { bytes } = await makeArchive();
    await expectRefused(
      () => add(bytes, vendor.sign(bytes, "ED"), "--service", "nosuch"),
      "server, dashboard",
    );
    writeFileSync(path("k"), vendor.publicKey);
    const args = [path("vault.tar"), "--signature", path("vault.tar.sig"), "--public-key", path("k")];
    const run = () =>
      createAdd(context)
        .exitOverride()
        .parseAsync(args, { from: "user" })
        .then(() => undefined);
    await expectRefused(run, "say whose image it is");
  });
});

it("refuses an image that Docker has under another id, and removes it if it is new", async () => {
  const { bytes } = await makeArchive();
  const foreign = `sha256:${"f".repeat(64)}`;
  hostHas(foreign);
  const before = readFileSync(at.config, "utf8");
  await expect(add(bytes, vendor.sign(bytes, "ED"))).rejects.toThrow(`Docker loaded ${foreign}`);
  expect(readFileSync(join(at.docker, "removed"), "utf8")).toContain(foreign);
  expect(readFileSync(at.config, "utf8")).toBe(before);
  expect(readRecords(at.stackDir)).toEqual([]);
});

describe("another key", () => {
  const successor = new Minisigner();
  const fingerprint = (signer: Minisigner) => readPublicKey(signer.publicKey, "key").fingerprint;

  it("comes alone and is applied before an archive of it", async () => {
    const first = await makeArchive();
    hostHas(first.ids[0]!);
    await add(first.bytes, vendor.sign(first.bytes, "ED"));
    recordUpdate();
    const second = await makeArchive({ images: [{ tag: "vault:2.2", comment: "2.2" }] });
    const addSecond = () => add(second.bytes, successor.sign(second.bytes, "ED"));
    rmSync(join(at.docker, "loading"));
    await expect(addSecond()).rejects.toThrow("do not change in one diff");
    await trust(successor.publicKey);
    expect(services().server!.image).toMatchObject({ id: first.ids[0], signer: fingerprint(successor) });
    await expect(addSecond()).rejects.toThrow("is not applied yet");
    recordUpdate("failed");
    await expect(addSecond()).rejects.toThrow("is not applied yet");
    expect(loaded()).toBe(false);
    expect(services().server!.image.id).toBe(first.ids[0]);
    recordUpdate();
    hostHas(second.ids[0]!);
    await addSecond();
    expect(services().server!.image).toMatchObject({ id: second.ids[0], signer: fingerprint(successor) });
  });

  it("cannot be named for an image that comes from no archive", async () => {
    await expect(trust(successor.publicKey)).rejects.toThrow("comes from no archive");
  });
});
