import type { Change, Side } from "../../policies/gate/update";
import { field, isObject, Unjudgeable } from "../../policies/gate/values";

/**
 * What a change of the database's roles does to who can log in, as sentences.
 * @param provision the action that gives the database its roles, which is there before and after
 */
export function passwordsOf({ before, after }: Pick<Change, "before" | "after">): string[] {
  try {
    const [old, next] = [loginsOf(before!), loginsOf(after!)];
    const differs = (name: string) =>
      old[name] !== undefined && next[name] !== undefined && old[name] !== next[name];
    return [
      ...(differs("LOGIN")
        ? [
            `services log in as ${next.LOGIN} from now on: once the releases before are gone, ${old.LOGIN} has no password any more, and its sessions are ended`,
          ]
        : []),
      ...(differs("PASSWORD_DUMP")
        ? [
            "the role that makes backups gets another password: a backup that is being made ends, and a scheduled one is made again",
          ]
        : []),
      ...(differs("PASSWORD_WAL")
        ? ["the role that reads the log gets another password: the archive goes on with it"]
        : []),
    ];
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return [];
  }
}

/** What the action shows of its input, by its names there. @throws Unjudgeable when it is secret or not known yet */
function loginsOf({ inputs }: Side): Record<string, unknown> {
  const environment = field(inputs, "environment");
  if (!isObject(environment)) return {};
  const names = ["LOGIN", "PASSWORD_DUMP", "PASSWORD_WAL"];
  return Object.fromEntries(names.map((name) => [name, field(environment, `STRONGROOM_${name}`)]));
}
