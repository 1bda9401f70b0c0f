import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type SignedImage, signedImages } from "../../config/images";
import { namespace, readValue } from "../../config/value";
import { ensureToolchain } from "../../toolchain";
import { createContext, project, stateFolder, type Context } from "../context";
import { runEngine } from "../engine";
import { CliError } from "../exit";
import { createProgress } from "../progress";

/** Updates that are looked back on: further than anybody goes back at once. */
const most = 200;

/** An update as the engine's history has it, whichever way it is read. */
interface Update {
  kind: string;
  result: string;
  config?: Record<string, unknown>;
}

/**
 * Which images the stack's successful updates were given, by service, `edge` and `database`; the newest first.
 * The engine itself keeps this history beside the state, of plain `pulumi up` too.
 * @throws CliError when the backend cannot tell
 */
export async function appliedImages(stack: string): Promise<Record<string, SignedImage>[]> {
  const context = createContext({ stack });
  return appliedImagesHere(context) ?? imagesIn(await askEngine(context));
}

/** The same where the history is in files; undefined for another backend. */
export function appliedImagesHere(
  context: Pick<Context, "stack" | "backendUrl">,
): Record<string, SignedImage>[] | undefined {
  const folder = stateFolder(context);
  return folder === undefined ? undefined : imagesIn(readHistory(folder, context.stack));
}

function imagesIn(updates: Update[]): Record<string, SignedImage>[] {
  return updates
    .filter(({ kind, result }) => kind === "update" && result === "succeeded")
    .slice(0, most)
    .map(({ config = {} }) =>
      signedImages(
        Object.fromEntries(
          Object.entries(config).map(([key, value]) => [key.replace(namespace, ""), readValue(value)]),
        ),
      ),
    );
}

/** From the files of the file backend, whose names end with their time. */
function readHistory(backend: string, stack: string): Update[] {
  const folder = join(backend, ".pulumi", "history", project, stack);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".history.json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const newestFirst = names.sort().reverse();
  return newestFirst.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Update);
}

/** Values that hold a secret are left out of the listing unless it is asked for: they are captured, never shown. */
export async function askEngine(context: Context): Promise<Update[]> {
  const toolchain = await ensureToolchain({ progress: createProgress() });
  const args = ["stack", "history", "--json", "--show-secrets", "--page-size", String(most)];
  const { exitCode, stdout, stderr } = await runEngine(context, toolchain, args, { output: "capture" });
  if (exitCode !== 0) throw new CliError(`pulumi stack history: ${stderr.trim()}`);
  const updates = JSON.parse(stdout) as (Update & { config?: Record<string, { value?: string }> })[];
  return updates.map(({ kind, result, config = {} }) => ({
    kind,
    result,
    config: Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value])),
  }));
}
