import { databaseMove, volumesOf } from "../../policies/gate/database";
import { isTime } from "../../operations/backup/wal";
import { labelOf, type Update } from "../../policies/gate/update";
import { Unjudgeable } from "../../policies/gate/values";
import { TYPES } from "../../policies/support/types";
import { ageText } from "../measures";

/** What a move to another database loses, and what it keeps, as sentences; none when the product stays where it is. */
export function databaseMoveOf({ changes }: Pick<Update, "changes">, now: Date): string[] {
  const move = databaseMove(changes);
  if (!move) return [];
  try {
    const from = volumesOf(move.gone.before!).join();
    const to = volumesOf(move.come.after!).join();
    const volume = changes.find(({ type, after }) => type === TYPES.volume && after?.inputs.name === to);
    const backup = labelOf(volume?.after, "restored-from");
    const lost = backup === undefined ? undefined : begunOf(backup);
    return [
      backup === undefined
        ? `the product moves back to volume ${to}: what was written since it left it is not there`
        : `the product moves to volume ${to}, restored ${isTime(backup) ? "to" : "from backup"} ${backup}${
            lost === undefined
              ? ""
              : `: what was written in the ${ageText((now.getTime() - lost) / 1000)} since then is not there`
          }`,
      `volume ${from} stays on its host with all that it holds`,
    ];
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return [];
  }
}

/** When a backup was begun, by its id, or the time that was restored, ms since the epoch. */
function begunOf(id: string): number | undefined {
  if (isTime(id)) return Date.parse(id);
  const time = id.slice(id.indexOf("-") + 1);
  const [, date, clock] = /^(\d{8})T(\d{6})Z$/.exec(time) ?? [];
  if (!date || !clock) return undefined;
  const iso = `${date.replace(/(....)(..)/, "$1-$2-")}T${clock.replace(/(..)(..)/, "$1:$2:")}Z`;
  return Date.parse(iso);
}
