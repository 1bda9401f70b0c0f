import { docker, type TestStack } from "./test-stack";

/** One statement in the product's database as superuser; rows as lines, columns separated by `|`. */
export async function query(stack: TestStack, sql: string): Promise<string[]> {
  const [database] = await stack.containers("database");
  const out = await docker(
    "exec",
    database!,
    "psql",
    "--username=postgres",
    "--dbname=vault",
    "--no-align",
    "--tuples-only",
    "--quiet",
    `--command=${sql}`,
  );
  return out.split("\n").filter(Boolean);
}

/** What the stack has recorded of migrations: `version|result`, in their order. */
export function ledger(stack: TestStack): Promise<string[]> {
  return query(stack, "SELECT version, result FROM strongroom.migrations ORDER BY id");
}

/** Whether a migration's job goes on after a crash, or has ended, with success: the next run records it as done. */
export async function jobSucceeds(stack: TestStack): Promise<boolean> {
  const name = `strongroom-${stack.name}-migration`;
  const status = await docker("ps", "--all", "--filter", `name=^${name}$`, "--format", "{{.State}}");
  // Without a start it has done nothing, and the next run removes it.
  if (status === "" || status === "created") return false;
  return (await docker("wait", name)) === "0";
}

/** Ids of the vault's items in one of the stack's dumps. @param file its name in the volume of dumps */
export async function itemsInDump(stack: TestStack, file: string): Promise<string[]> {
  const [database] = await stack.containers("database");
  const image = await docker("container", "inspect", "--format", "{{.Image}}", database!);
  const script = `PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
    pg_restore --data-only --table=items --file=- /dumps/${file} | sed -n '/^COPY /,/^\\\\[.]/p'`;
  const volume = `type=volume,source=strongroom-${stack.name}-dumps,target=/dumps,readonly`;
  const out = await docker("run", "--rm", "--mount", volume, "--entrypoint=sh", image, "-c", script);
  return out
    .split("\n")
    .map((line) => line.split("\t")[0]!)
    .filter((id) => /^\d+$/.test(id));
}
