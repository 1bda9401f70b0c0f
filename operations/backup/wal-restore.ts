import { DATA_VOLUME } from "../../components/database/server";

/** On a new volume: the restored cluster, and the log that its server reads once. */
export const DATA_FOLDER = `${DATA_VOLUME}/pgdata`;
export const LOG_FOLDER = `${DATA_VOLUME}/strongroom.wal`;
