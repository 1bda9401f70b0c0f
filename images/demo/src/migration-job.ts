import { ConfigError, readConfig } from "./config";
import { patiently } from "./database";
import { errorFields, log } from "../../log";
import { migrate } from "./migrate";
import { IncompatibleSchema, migrationsOf } from "./migrations";
import { readRelease } from "./release";

/** Brings the schema to this release and ends the process: 0 done, 78 refused, 1 failed. */
export async function migrationJob(): Promise<void> {
  try {
    const release = readRelease(process.env);
    const config = readConfig(process.env);
    await patiently("migrations", () => migrate(config.database, migrationsOf(release)));
    log("info", "migrated", { version: release.version, schema: release.schema });
  } catch (error) {
    const refused = error instanceof ConfigError || error instanceof IncompatibleSchema;
    log("error", "migration-failed", errorFields(error));
    process.exit(refused ? ConfigError.exitCode : 1);
  }
}
