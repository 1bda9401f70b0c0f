import type { Receipt } from "../../operations/backup/receipt";
import { ageText } from "../measures";

/**
 * What going back to a backup loses, as sentences.
 * @param rowsNow about how many rows the database in service has; undefined when it cannot be asked
 */
export function lossOf(
  { begun, rows, tables }: Pick<Receipt, "begun" | "rows" | "tables">,
  rowsNow: number | undefined,
  now: Date,
): string[] {
  const age = ageText(Math.max(0, (now.getTime() - Date.parse(begun)) / 1000));
  return [
    `the backup is of ${begun}: what was written in the ${age} since then is not in it`,
    `it has ${rows} rows in ${tables} tables; ${
      rowsNow === undefined ? "the database in service cannot be asked" : `now there are about ${rowsNow}`
    }`,
  ];
}
