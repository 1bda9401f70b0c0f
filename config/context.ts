/** What the parser needs beside the configuration itself. */
export interface ParseContext {
  /** Pulumi's stack name. */
  stack: string;
  /**
   * Ids of the images that were built on this machine, by `build:tag`, from the stack's images.json. Without
   * it any local build is taken as there (with the id of no image): for checking before anything is built.
   */
  imageLock?: Readonly<Record<string, string>>;
  /** The stack's own key, 64 hex digits, for stacks whose configuration has no `stackKey`. */
  stackKey?: string;
  /**
   * Now, for what ends: certificates, and names that services had before. Without it no date is judged, so that
   * an old one stops no repair.
   */
  now?: Date;
  /** Reads a text file of the project by its relative path; throws if it cannot. */
  readFile(path: string): string;
  /** Whether the value at this path is encrypted in the stack's file; unknown when left out. */
  isEncrypted?(path: readonly string[]): boolean;
}
