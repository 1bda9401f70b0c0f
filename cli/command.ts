import type { Command } from "commander";
import type { Context } from "./context";

/** What a file of commands/ exports. */
export interface CommandModule {
  /** @param context gives the global options once they are parsed; throws for bad ones */
  create(context: () => Context): Command;
}
