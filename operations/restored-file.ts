import { DATA_VOLUME } from "../components/database/server";

/**
 * On a volume that was filled from a backup, with the backup's id: written when the copy was found equal to the
 * receipt and its server had stopped in an orderly way.
 */
export const RESTORED_FILE = `${DATA_VOLUME}/strongroom.restored`;
