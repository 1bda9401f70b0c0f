import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "../../context";

/** Where the state of a temporary context's stack is. */
export const STATE = "state/.pulumi/stacks/strongroom/test.json";

/**
 * A stack `test` in a folder of its own, which is the context's home and which the caller removes: empty folders
 * `checkout`, `stack` and the state's, and no file.
 * @param folders further ones to make in it
 */
export function temporaryContext(...folders: string[]): Context {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-context-"));
  for (const path of ["checkout", "stack", join(STATE, ".."), ...folders])
    mkdirSync(join(folder, path), { recursive: true });
  return {
    checkout: join(folder, "checkout"),
    stack: "test",
    configFile: join(folder, "Pulumi.test.yaml"),
    home: folder,
    stackDir: join(folder, "stack"),
    backendUrl: `file://${folder}/state`,
    verbose: false,
  };
}
