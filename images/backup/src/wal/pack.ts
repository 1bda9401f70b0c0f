import { pipeTools } from "../tool";

/** Arguments of age that encrypt its stdin to all recipients, into a file. */
const sealing = (to: string, recipients: string[]): string[] => [
  ...recipients.flatMap((recipient) => ["--recipient", recipient]),
  "--output",
  to,
];

/** Compresses and encrypts a file: a segment that was just begun is nothing but zeros. */
export async function packFile(from: string, to: string, recipients: string[]): Promise<void> {
  const compress = { command: "zstd", args: ["-q", "-1", "--stdout", from] };
  await pipeTools(compress, { command: "age", args: sealing(to, recipients) });
}

/** Compresses and encrypts a folder. */
export async function packFolder(from: string, to: string, recipients: string[]): Promise<void> {
  const tar = {
    command: "tar",
    args: ["--create", "--use-compress-program=zstd -q -1", `--directory=${from}`, "."],
  };
  await pipeTools(tar, { command: "age", args: sealing(to, recipients) });
}

/** What prints a file that `packFile` or `packFolder` has made, decrypted. */
type Decryption = { command: string; args: string[]; input: string };

export async function unpackFile(from: Decryption, to: string): Promise<void> {
  await pipeTools(from, { command: "zstd", args: ["-q", "--decompress", "-f", "-o", to] });
}

/** @param to a folder that is there and empty */
export async function unpackFolder(from: Decryption, to: string): Promise<void> {
  const args = ["--extract", "--use-compress-program=zstd -q", `--directory=${to}`];
  await pipeTools(from, { command: "tar", args });
}
