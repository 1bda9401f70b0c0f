import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";

/** A file, or without content a folder. */
export interface TarEntry {
  name: string;
  content?: string;
  uid: number;
  gid: number;
  /** Permission bits. */
  mode: number;
}

/** An archive as `docker cp -` takes it. */
export async function tarOf(entries: TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) tar.entry({ ...header, type: "directory" });
    else tar.entry(header, content);
  }
  tar.finalize();
  return buffer(tar);
}
