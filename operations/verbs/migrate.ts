import { z } from "zod";
import { Interrupt } from "../interrupt";
import { imageOf, withHostLock } from "../lock";
import { Migration, migrationInput } from "../migration";
import type { Verb } from "./verb";

const input = migrationInput.extend({ schema: z.literal(1), docker: z.string(), stack: z.string() });

/**
 * Brings the database to a release before any of its instances is made, while the release before serves: done at
 * once if it was brought there before, else dump, then job. A failure stops the update with the old release in
 * service.
 */
export const migrate: Verb<z.infer<typeof input>> = {
  input,
  async run(_phase, args) {
    // A job that has begun is waited for; the next run takes it over if this process is killed.
    new Interrupt();
    const image = await imageOf(args.docker, args.database.container);
    await withHostLock(args.docker, args.stack, "migrate", image, () =>
      new Migration(args.docker, args.stack, args).run(),
    );
  },
};
