import { z } from "zod";
import { generation, limits, shortName, whole } from "./common";
import { image } from "./image";

export const database = z
  .strictObject({
    host: shortName.describe("Host it runs on. Default: the primary.").optional(),
    image: image.describe("PostgreSQL, with the official image's environment and paths."),
    major: whole(10, 99, "PostgreSQL's major version, e.g. 15. Default: the profile's first.").optional(),
    volume: shortName
      .default("database")
      .describe("Short name of the volume that holds the data. Default: database."),
    restore: z
      .strictObject({
        from: z
          .string()
          .regex(
            /^([0-9]{6,}-[0-9]{8}T[0-9]{6}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z)$/,
            "must be a backup's id, as `./strongroom backup list` shows it, or a time in UTC such as 2026-03-01T04:00:00Z",
          )
          .describe(
            "Id of the backup, as `./strongroom backup list` shows it; or with `backup.pointInTime` a time in UTC, such as 2026-03-01T04:00:00Z.",
          ),
        as: shortName.describe(
          "Short name of the new volume that is filled from it and served from then on.",
        ),
      })
      .describe(
        "Serves a database that is restored from a backup into a volume of its own; the one of `volume` stays beside it.",
      )
      .optional(),
    leave: shortName
      .describe(
        "Short name of the restored volume that the product leaves again, with all that was written to it. Without it a configuration that would do so is refused.",
      )
      .optional(),
    roles: z
      .strictObject({
        active: z
          .enum(["a", "b"])
          .default("a")
          .describe(
            "Which of the two login roles the services use. Switch it to rotate the password. Default: a.",
          ),
        generationA: generation,
        generationB: generation,
        generationDump: generation,
        generationWal: generation,
      })
      .prefault({})
      .describe(
        "The two login roles of the services, and those that make backups; their passwords are derived.",
      ),
    limits: limits(128, "512 MiB, 1 CPU, 512 processes").optional(),
    maxConnections: whole(10, 5_000, "max_connections. Default: 100.").default(100),
    stopGraceSeconds: whole(
      60,
      3_600,
      "Time for a fast shutdown before SIGKILL, seconds; at least 60, since a killed server must recover. Default: 120.",
    ).default(120),
  })
  .describe("The PostgreSQL database.");
