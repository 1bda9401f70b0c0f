import { SHIPPER_VARIABLE, type ShipperSettings } from "../../../../operations/backup/offsite";

/** What the stack tells its shipper, and whatever else runs in the shipper's container. */
export function readShipperSettings(): ShipperSettings {
  return JSON.parse(process.env[SHIPPER_VARIABLE] ?? "") as ShipperSettings;
}
