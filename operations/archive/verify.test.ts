import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPublicKey } from "./public-key";
import { cosignSign, Minisigner, pemOf, type Signed } from "./testing";
import { verifyArchive } from "./verify";

const folder = mkdtempSync(join(tmpdir(), "strongroom-archive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const archive = randomBytes(700_000);
const archiveFile = join(folder, "archive.tar");
writeFileSync(archiveFile, archive);
const other = randomBytes(700_000);
const signed: Record<string, Signed> = {};

const has = (program: string, flag: string) => spawnSync(program, [flag]).status === 0;
const openssl = has("openssl", "version");
const minisign = has("minisign", "-v");
const gpg = has("gpg", "--version") && has("gpgv", "--version");
if (!openssl) console.warn("openssl is not on PATH: its signatures are not tested");
if (!minisign) console.warn("minisign is not on PATH: its own signatures are not tested");
if (!gpg) console.warn("gpg or gpgv is not on PATH: OpenPGP signatures are not tested");

function signByOpenssl(name: string, keyArgs: string[], signArgs: string[] = []): void {
  const [key, pub, sig] = ["key", "pub", "sig"].map((kind) => join(folder, `${name}.${kind}`)) as [
    string,
    string,
    string,
  ];
  const run = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  run("genpkey", ...keyArgs, "-out", key);
  run("pkey", "-in", key, "-pubout", "-out", pub);
  run("dgst", "-sha256", ...signArgs, "-sign", key, "-out", sig, archiveFile);
  signed[name] = { signature: readFileSync(sig), publicKey: readFileSync(pub) };
}

/** By the program itself, apart from the signer of the tests. */
function signByMinisign(name: string, signArgs: string[]): void {
  const [key, pub, sig] = ["key", "pub", "sig"].map((kind) => join(folder, `${name}.${kind}`)) as [
    string,
    string,
    string,
  ];
  // -W: no password.
  execFileSync("minisign", ["-G", "-W", "-f", "-s", key, "-p", pub], { stdio: "ignore" });
  const files = ["-s", key, "-x", sig, "-m", archiveFile];
  execFileSync("minisign", ["-S", ...files, "-t", COMMENT, ...signArgs], { stdio: "ignore" });
  signed[name] = { signature: readFileSync(sig), publicKey: readFileSync(pub) };
}

const COMMENT = "vault 2.1 for everybody";

function signByGpg(): void {
  const home = mkdtempSync(join(tmpdir(), "gpg-"));
  const run = (...args: string[]) =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--yes", "--passphrase", "", ...args], {
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1e7,
    });
  try {
    run("--quick-gen-key", "vendor@example.com", "ed25519", "sign", "never");
    const [binary, armored] = [run("--export"), run("--armor", "--export")];
    run("--detach-sign", "--output", join(folder, "gpg.sig"), archiveFile);
    run("--armor", "--detach-sign", "--output", join(folder, "gpg.asc"), archiveFile);
    signed["gpg binary"] = { signature: readFileSync(join(folder, "gpg.sig")), publicKey: binary };
    signed["gpg armored"] = { signature: readFileSync(join(folder, "gpg.asc")), publicKey: armored };
    run("--quick-gen-key", "other@example.com", "ed25519", "sign", "never");
    signed["gpg two keys"] = { signature: signed["gpg binary"].signature, publicKey: run("--export") };
    signed["gpg other key"] = {
      signature: signed["gpg binary"].signature,
      publicKey: run("--export", "other@example.com"),
    };
  } finally {
    spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    rmSync(home, { recursive: true, force: true });
  }
}

beforeAll(() => {
  const { sig, bundle, sigstore } = cosignSign(archive);
  const minisigner = new Minisigner();
  Object.assign(signed, {
    "cosign .sig": sig,
    "cosign bundle": bundle,
    "sigstore bundle": sigstore,
    "minisign prehashed": minisigner.sign(archive, "ED"),
    "minisign legacy": minisigner.sign(archive, "Ed"),
  });
  if (openssl) {
    signByOpenssl("openssl P-256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    signByOpenssl("openssl P-384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]);
    signByOpenssl("openssl RSA", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    signByOpenssl(
      "openssl RSA-PSS",
      ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
      ["-sigopt", "rsa_padding_mode:pss"],
    );
  }
  if (minisign) {
    signByMinisign("minisign's own prehashed", []);
    signByMinisign("minisign's own legacy", ["-l"]);
  }
  if (gpg) signByGpg();
}, 60_000);

async function* chunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

const verify = async (bytes: Buffer, { signature, publicKey }: Signed) =>
  verifyArchive(chunks(bytes), signature, readPublicKey(publicKey, "key"), { folder });

const cosignFormats = ["cosign .sig", "cosign bundle", "sigstore bundle"];
const minisignFormats = ["minisign prehashed", "minisign legacy"];
const minisignsOwnFormats = ["minisign's own prehashed", "minisign's own legacy"];
const opensslFormats = ["openssl P-256", "openssl P-384", "openssl RSA", "openssl RSA-PSS"];
const gpgFormats = ["gpg binary", "gpg armored"];
const formats = [
  ...cosignFormats,
  ...minisignFormats,
  ...(minisign ? minisignsOwnFormats : []),
  ...(openssl ? opensslFormats : []),
  ...(gpg ? gpgFormats : []),
];

describe.each(formats)("%s", (format) => {
  it("is accepted", async () => {
    const { sha256 } = await verify(archive, signed[format]!);
    expect(sha256).toBe(createHash("sha256").update(archive).digest("hex"));
  });

  it("is refused for an archive with one bit changed in its middle", async () => {
    const changed = Buffer.from(archive);
    changed[350_000]! ^= 1;
    await expect(verify(changed, signed[format]!)).rejects.toThrow(/^signature \(.+changed/);
  });

  it.each([
    ["truncated", archive.subarray(0, -1)],
    ["longer", Buffer.concat([archive, Buffer.alloc(512)])],
    ["another", other],
  ])("is refused for a %s archive", async (_, bytes) => {
    await expect(verify(bytes, signed[format]!)).rejects.toThrow(/^signature \(/);
  });

  it("is refused when it is cut off, has something after its end, or is empty", async () => {
    const { signature, publicKey } = signed[format]!;
    for (const bytes of [signature.subarray(0, -7), Buffer.concat([signature, Buffer.from("0000\n0000")])]) {
      await expect(verify(archive, { signature: bytes, publicKey })).rejects.toThrow(
        /truncated|too many|after its end|damaged/,
      );
    }
    for (const bytes of [Buffer.alloc(0), Buffer.from(" \n")]) {
      await expect(verify(archive, { signature: bytes, publicKey })).rejects.toThrow("is empty");
    }
  });

  it("is refused by every key of another signer", async () => {
    for (const each of formats) {
      const publicKey = readPublicKey(signed[each]!.publicKey, "key");
      if (publicKey.fingerprint === readPublicKey(signed[format]!.publicKey, "key").fingerprint) continue;
      await expect(
        verify(archive, { signature: signed[format]!.signature, publicKey: signed[each]!.publicKey }),
        each,
      ).rejects.toThrow(/^signature/);
    }
  });

  it("is refused with a public key that is cut off", async () => {
    const { signature, publicKey } = signed[format]!;
    const cut = publicKey.subarray(0, Math.floor(publicKey.length * 0.6));
    await expect(verify(archive, { signature, publicKey: cut })).rejects.toThrow(
      /truncated or damaged|no public key/,
    );
  });
});

it("leaves nothing of gpgv's", () => {
  expect(readdirSync(folder).filter((name) => name.startsWith("gpgv-"))).toEqual([]);
});

describe("minisign", () => {
  it.runIf(minisign)("itself gives the trusted comment", async () => {
    for (const format of minisignsOwnFormats)
      expect((await verify(archive, signed[format]!)).comment).toBe(COMMENT);
  });

  it("gives the trusted comment, and refuses one that was altered", async () => {
    const { signature, publicKey } = new Minisigner().sign(archive, "ED", "version:2.1 für alle");
    expect((await verify(archive, { signature, publicKey })).comment).toBe("version:2.1 für alle");
    const altered = Buffer.from(signature.toString().replace("2.1", "2.2"));
    await expect(verify(archive, { signature: altered, publicKey })).rejects.toThrow("trusted comment");
  });

  it("refuses a legacy signature that is passed off as a prehashed one", async () => {
    const { signature, publicKey } = signed["minisign legacy"]!;
    const lines = signature.toString().split("\n");
    const bytes = Buffer.from(lines[1]!, "base64");
    bytes.write("ED", "latin1");
    lines[1] = bytes.toString("base64");
    await expect(verify(archive, { signature: Buffer.from(lines.join("\n")), publicKey })).rejects.toThrow(
      "another file",
    );
  });

  it("names both keys when another one signed", async () => {
    const { publicKey } = new Minisigner();
    const { signature } = signed["minisign prehashed"]!;
    await expect(verify(archive, { signature, publicKey })).rejects.toThrow(
      /made by another key, [0-9A-F]{16}/,
    );
  });

  it("refuses every malleated legacy signature", async () => {
    const { signature, publicKey } = signed["minisign legacy"]!;
    const lines = signature.toString().split("\n");
    for (const at of [10, 41, 42, 73]) {
      const bytes = Buffer.from(lines[1]!, "base64");
      bytes[at]! ^= 0x10;
      const text = [lines[0], bytes.toString("base64"), ...lines.slice(2)].join("\n");
      await expect(verify(archive, { signature: Buffer.from(text), publicKey })).rejects.toThrow("signature");
    }
  });
});

describe("a sigstore bundle", () => {
  const change = (edit: (bundle: Record<string, Record<string, unknown>>) => void): Signed => {
    const { signature, publicKey } = signed["sigstore bundle"]!;
    const bundle = JSON.parse(signature.toString()) as Record<string, Record<string, unknown>>;
    edit(bundle);
    return { signature: Buffer.from(JSON.stringify(bundle)), publicKey };
  };

  it("says for which other file it is", async () => {
    await expect(verify(other, signed["sigstore bundle"]!)).rejects.toThrow(
      createHash("sha256").update(archive).digest("hex"),
    );
  });

  it("is not believed what it says of its file", async () => {
    const digest = createHash("sha256").update(other).digest("base64");
    const lying = change(({ messageSignature }) => {
      messageSignature!.messageDigest = { algorithm: "SHA2_256", digest };
    });
    await expect(verify(other, lying)).rejects.toThrow("is not this key's");
  });

  it.each([
    ["a certificate", { verificationMaterial: { certificate: { rawBytes: "" } } }, "keyless"],
    ["an attestation", { messageSignature: undefined }, "attestations"],
    ["another form", { mediaType: "text/plain" }, "neither a cosign bundle"],
  ])("with %s is refused", async (_, edit, message) => {
    await expect(
      verify(
        archive,
        change((bundle) => Object.assign(bundle, edit)),
      ),
    ).rejects.toThrow(message);
  });

  it("over another hash is refused", async () => {
    const changed = change(({ messageSignature }) => {
      messageSignature!.messageDigest = { algorithm: "SHA2_512", digest: "" };
    });
    await expect(verify(archive, changed)).rejects.toThrow("SHA2_512");
  });
});

describe("keys", () => {
  it.each([
    [
      "private",
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }),
      "private key",
    ],
    ["of a short RSA key", pemOf(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey), "1024 bits"],
    ["Ed25519 in PEM", pemOf(generateKeyPairSync("ed25519").publicKey), "ed25519 are not supported"],
    [
      "on another curve",
      pemOf(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey),
      "secp256k1",
    ],
    ["a certificate", "-----BEGIN CERTIFICATE-----\n", "x509 -in key -pubkey"],
    ["something else", "ssh-ed25519 AAAA", "no public key that is known"],
    ["empty", "\n", "is empty"],
  ])("%s are refused", (_, text, message) => {
    expect(() => readPublicKey(Buffer.from(text), "key")).toThrow(message);
  });

  it("have a fingerprint of their bytes, however they are written", () => {
    const { publicKey } = new Minisigner();
    const bare = Buffer.from(publicKey.toString().split("\n")[1]!);
    expect(readPublicKey(bare, "a").fingerprint).toBe(readPublicKey(publicKey, "b").fingerprint);
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    const pkcs1 = Buffer.from(rsa.export({ type: "pkcs1", format: "pem" }));
    expect(readPublicKey(pkcs1, "a").fingerprint).toBe(readPublicKey(pemOf(rsa), "b").fingerprint);
  });
});

it("tells another file from another key where RSA allows it", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signature = sign("sha256", archive, privateKey);
  await expect(verify(other, { signature, publicKey: pemOf(publicKey) })).rejects.toThrow(
    createHash("sha256").update(archive).digest("hex"),
  );
  const stranger = pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey);
  await expect(verify(archive, { signature, publicKey: stranger })).rejects.toThrow("another key made it");
  const sha1 = sign("sha1", archive, privateKey);
  await expect(verify(archive, { signature: sha1, publicKey: pemOf(publicKey) })).rejects.toThrow("SHA-256");
});

it.each(["{", "-", "u"])("accepts an RSA signature whose bytes happen to begin with %s", async (first) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let bytes = archive;
  let signature = Buffer.alloc(0);
  // One in 256 does.
  for (let count = 0; signature[0] !== first.charCodeAt(0); count++) {
    bytes = Buffer.from(`archive ${count}`);
    signature = sign("sha256", bytes, privateKey);
  }
  await expect(verify(bytes, { signature, publicKey: pemOf(publicKey) })).resolves.toBeDefined();
});

describe.runIf(gpg)("gpg", () => {
  it("refuses a keyring of two keys, and names the key that signed", async () => {
    await expect(verify(archive, signed["gpg two keys"]!)).rejects.toThrow("holds 2 OpenPGP keys");
    await expect(verify(archive, signed["gpg other key"]!)).rejects.toThrow(
      /made by another key, [0-9A-F]{16}/,
    );
  });

  it("says clearly that gpgv is not installed", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(verify(archive, signed["gpg binary"]!)).rejects.toThrow("apt-get install gpgv");
    } finally {
      process.env.PATH = path;
    }
  });
});
