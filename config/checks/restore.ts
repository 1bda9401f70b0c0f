import { type Problem, quote } from "../errors";
import { isTime } from "../../operations/backup/wal";
import type { Check } from "./check";

/** Short names under which the stack has volumes that are not the database's. */
const TAKEN = ["backups", "dumps", "restore", "shipped", "wal"];

/**
 * A restored database has a volume of its own beside the one of before, and there are backups to restore from. What is
 * to be served is not left.
 */
export const checkRestore: Check = (given) => [...restoreProblems(given), ...leaveProblems(given)];

const restoreProblems: Check = ({ draft, raw }) => {
  const restore = draft.database?.restore;
  if (!draft.database || !restore) return [];
  const problems: Problem[] = [];
  if (raw.backup === undefined)
    problems.push({
      path: "database.restore",
      reason: "there are no backups to restore from",
      remedy: "keep `backup` in the configuration: its sidecar holds the backups",
    });
  else if (isTime(restore.from) && draft.backup && draft.backup.pointInTime === undefined)
    problems.push({
      path: "database.restore.from",
      value: quote(restore.from),
      reason: "is a time, and there is no archive of the log to restore it from",
      remedy: "keep `backup.pointInTime` in the configuration, or give the id of a backup",
    });
  if (isTime(restore.from) && Number.isNaN(Date.parse(restore.from)))
    problems.push({
      path: "database.restore.from",
      value: quote(restore.from),
      reason: "is no time that there is",
      remedy: "give a time in UTC, such as 2026-03-01T04:00:00Z",
    });
  if (restore.as === draft.database.volume)
    problems.push({
      path: "database.restore.as",
      value: quote(restore.as),
      reason: "is the volume in service: a restore never writes over a database",
      remedy: "give the new volume a name of its own",
    });
  if (TAKEN.includes(restore.as))
    problems.push({
      path: "database.restore.as",
      value: quote(restore.as),
      reason: "is the name of another volume of the stack",
      remedy: "give the new volume a name of its own",
    });
  return problems;
};

const leaveProblems: Check = ({ draft }) => {
  const { database } = draft;
  if (!database) return [];
  const { volume, restore, leave } = database;
  const served = restore?.as ?? volume;
  if (leave === undefined || leave !== served) return [];
  return [
    {
      path: "database.leave",
      value: quote(leave),
      reason: "is the volume that is to be served",
      remedy: "take it out: it names a restored volume that the product leaves again",
    },
  ];
};
