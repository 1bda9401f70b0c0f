import { cases, database, replica } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-db-major";

const server = (image: unknown, major: string | undefined) => ({
  image,
  healthcheck: major
    ? { tests: ["CMD-SHELL", `PATH=/usr/lib/postgresql/${major}/bin:$PATH; psql`] }
    : { tests: ["CMD"] },
});

cases(rule, {
  pass: {
    unchanged: database(server("i", "15"), server("i", "15")),
    "another image of the same major": database(server("i", "15"), server("j", "15")),
    "same image, not to be seen": database(server("i", undefined), server("i", undefined)),
    made: database(undefined, server("i", "15")),
    removed: database(server("i", "15"), undefined),
    "of a service": replica(server("i", "15"), server("j", "16")),
  },
  fail: {
    newer: [database(server("i", "15"), server("j", "16")), "PostgreSQL 15 would become 16"],
    older: [database(server("i", "15"), server("j", "9")), "PostgreSQL 15 would become 9"],
  },
  unjudgeable: {
    "image not known": database(server("i", "15"), server(UNKNOWN, "15")),
    "major not to be seen": database(server("i", "15"), server("j", undefined)),
    "no health check": database(server("i", "15"), { image: "j" }),
  },
});
