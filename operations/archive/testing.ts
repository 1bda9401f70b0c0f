import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

/** Signers for tests, written from the formats' descriptions and apart from what verifies. */

const hashOf = (bytes: Buffer, algorithm: string) => createHash(algorithm).update(bytes).digest();
export const pemOf = (key: KeyObject) => Buffer.from(key.export({ type: "spki", format: "pem" }) as string);

export interface Signed {
  signature: Buffer;
  publicKey: Buffer;
}

/** cosign's three ways to write down one ECDSA signature. */
export function cosignSign(archive: Buffer): { sig: Signed; bundle: Signed; sigstore: Signed } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const base64 = sign("sha256", archive, privateKey).toString("base64");
  const as = (text: string) => ({ signature: Buffer.from(text), publicKey: pemOf(publicKey) });
  const hint = hashOf(publicKey.export({ type: "spki", format: "der" }), "sha256").toString("base64");
  return {
    sig: as(base64),
    bundle: as(JSON.stringify({ base64Signature: base64, cert: "", rekorBundle: null })),
    sigstore: as(
      JSON.stringify({
        mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
        verificationMaterial: { publicKey: { hint } },
        messageSignature: {
          messageDigest: { algorithm: "SHA2_256", digest: hashOf(archive, "sha256").toString("base64") },
          signature: base64,
        },
      }),
    ),
  };
}

/** A minisign signer: https://jedisct1.github.io/minisign, "signature format". */
export class Minisigner {
  private readonly keys = generateKeyPairSync("ed25519");
  private readonly id = randomBytes(8);

  get publicKey(): Buffer {
    const raw = Buffer.from(this.keys.publicKey.export({ format: "jwk" }).x!, "base64url");
    const line = Buffer.concat([Buffer.from("Ed"), this.id, raw]).toString("base64");
    return Buffer.from(`untrusted comment: minisign public key\n${line}\n`);
  }

  sign(archive: Buffer, algorithm: "ED" | "Ed", comment = "file:archive.tar"): Signed {
    const message = algorithm === "ED" ? hashOf(archive, "blake2b512") : archive;
    const signature = sign(null, message, this.keys.privateKey);
    const global = sign(null, Buffer.concat([signature, Buffer.from(comment)]), this.keys.privateKey);
    const lines = [
      "untrusted comment: signature from a test",
      Buffer.concat([Buffer.from(algorithm), this.id, signature]).toString("base64"),
      `trusted comment: ${comment}`,
      global.toString("base64"),
    ];
    return { signature: Buffer.from(`${lines.join("\n")}\n`), publicKey: this.publicKey };
  }
}

export interface TestImage {
  tag?: string;
  /** Makes its configuration, and so its id, another one. */
  comment?: string;
  labels?: Record<string, string>;
}

export interface ArchiveOptions {
  images?: TestImage[];
  gzip?: boolean;
  /** Files beside the image's own, as they are. */
  more?: {
    name: string;
    type?: "file" | "symlink" | "character-device";
    linkname?: string;
    content?: string;
  }[];
  /** Changes manifest.json before it is written. */
  manifest?: (entries: { Config: string; Layers: string[] }[]) => unknown;
}

export interface TestArchive {
  bytes: Buffer;
  ids: string[];
}

/** What `docker save` of Docker 20.10 writes, with images that no Docker could run. */
export async function makeArchive(options: ArchiveOptions = {}): Promise<TestArchive> {
  const tar = pack();
  const layer = randomBytes(200_000);
  const entries = (options.images ?? [{ tag: "vault:2.1" }]).map(({ tag, comment, labels }) => {
    const config = Buffer.from(
      JSON.stringify({ architecture: "amd64", comment, config: { Labels: labels } }),
    );
    const hash = hashOf(config, "sha256").toString("hex");
    tar.entry({ name: `${hash}.json` }, config);
    tar.entry({ name: `${hash}/layer.tar` }, layer);
    return { Config: `${hash}.json`, RepoTags: tag ? [tag] : null, Layers: [`${hash}/layer.tar`], hash };
  });
  for (const { name, type, linkname, content } of options.more ?? [])
    tar.entry({ name, type, linkname }, content);
  const described = entries.map(({ Config, RepoTags, Layers }) => ({ Config, RepoTags, Layers }));
  tar.entry({ name: "manifest.json" }, JSON.stringify(options.manifest?.(described) ?? described));
  tar.finalize();
  const bytes = await buffer(tar);
  return { bytes: options.gzip ? gzipSync(bytes) : bytes, ids: entries.map(({ hash }) => `sha256:${hash}`) };
}
