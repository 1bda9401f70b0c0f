import { type SignedImage, signedImages } from "../../config/images";
import { namespace, readValue } from "../../config/value";
import { ensureToolchain } from "../../toolchain";
import { createContext, type Context } from "../context";
import { runEngine } from "../engine";
import { CliError } from "../exit";
import { type PastUpdate, pastUpdates } from "../history";
import { createProgress } from "../progress";

/** Updates that are looked back on: further than anybody goes back at once. */
const most = 200;

/**
 * Which images the stack's successful updates were given, by service, `edge` and `database`; the newest first.
 * The engine itself keeps this history beside the state, of plain `pulumi up` too.
 * @throws CliError when the backend cannot tell
 */
export async function appliedImages(stack: string): Promise<Record<string, SignedImage>[]> {
  const context = createContext({ stack });
  return [...(appliedImagesHere(context) ?? imagesIn(await askEngine(context)))];
}

/** The same where the history is in files, each read when it is asked for; undefined for another backend. */
export function appliedImagesHere(
  context: Pick<Context, "stack" | "backendUrl">,
): Iterable<Record<string, SignedImage>> | undefined {
  const updates = pastUpdates(context);
  return updates && imagesIn(updates);
}

function* imagesIn(updates: Iterable<PastUpdate>): Generator<Record<string, SignedImage>> {
  let left = most;
  for (const { kind, result, config = {} } of updates) {
    if (kind !== "update" || result !== "succeeded") continue;
    yield signedImages(
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace(namespace, ""), readValue(value)]),
      ),
    );
    if (--left === 0) return;
  }
}

/**
 * The last updates by the engine's own word, for backends without files; the newest first. Values that hold a secret
 * are left out of the listing unless it is asked for: they are captured, never shown.
 * @throws CliError when the backend cannot tell
 */
export async function askEngine(context: Context): Promise<PastUpdate[]> {
  const toolchain = await ensureToolchain({ progress: createProgress() });
  const args = ["stack", "history", "--json", "--show-secrets", "--page-size", String(most)];
  const { exitCode, stdout, stderr } = await runEngine(context, toolchain, args, { output: "capture" });
  if (exitCode !== 0) throw new CliError(`pulumi stack history: ${stderr.trim()}`);
  const updates = JSON.parse(stdout) as {
    kind: string;
    result: string;
    /** ISO 8601. */
    endTime?: string;
    config?: Record<string, { value?: string }>;
  }[];
  return updates.map(({ kind, result, endTime, config = {} }) => ({
    kind,
    result,
    ...(endTime === undefined ? {} : { endTime: Date.parse(endTime) / 1000 }),
    config: Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value])),
  }));
}
