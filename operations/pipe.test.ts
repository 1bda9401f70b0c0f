import { expect, it } from "vitest";
import { pipeDocker } from "./pipe";
import { fakeDocker } from "./testing/fake-docker";

const { answer } = fakeDocker();

/** Docker whose commands are two scripts. */
function pipe(source: string, sink: string): Promise<string> {
  answer(`if [ "$3" = source ]; then\n${source}\nelse\n${sink}\nfi`);
  return pipeDocker("unix:///nowhere", ["source"], ["sink"]);
}

const failing = async (source: string, sink: string) =>
  pipe(source, sink).then(
    () => "",
    (error: Error) => error.message,
  );

it("gives one command's output to the other", async () => {
  expect(await pipe("printf 'a dump'", "tr a-z A-Z")).toBe("A DUMP");
});

it("passes when the second has all that it wants before the first ends", async () => {
  expect(await pipe("printf a; sleep 0.3", "head -c 1")).toBe("a");
});

const restore = `cat >/dev/null; cat >&2 <<'END'
pg_restore: error: COPY failed for table "users": ERROR:  duplicate key value violates unique constraint "users_pkey"
DETAIL:  Key (name)=(alice
secret-of-detail) already exists.
CONTEXT:  COPY users, line 3: "alice
secret-of-context"
HINT:  look at the table
pg_restore: warning: stopped
END
exit 1`;

it("says what failed, and of the rows nothing", async () => {
  const message = await failing("echo dump", restore);
  expect(message).toContain("cannot be received: pg_restore: error: COPY failed for table");
  expect(message).toContain("HINT:  look at the table");
  expect(message).toContain("pg_restore: warning: stopped");
  expect(message).not.toMatch(/secret|alice|DETAIL|CONTEXT/);
});

it("says which side failed", async () => {
  const source = await failing("echo 'pg_dump: error: no lock' >&2; exit 1", "cat >/dev/null");
  expect(source).toBe("the database cannot be dumped: pg_dump: error: no lock");
  expect(await failing("echo dump", "cat >/dev/null; exit 3")).toBe(
    "the dump cannot be received: exit code 3",
  );
  expect(await failing("echo no lock >&2; exit 1", "cat >/dev/null; echo no end >&2; exit 1")).toBe(
    "the database cannot be dumped: no lock; the dump cannot be received: no end",
  );
});
