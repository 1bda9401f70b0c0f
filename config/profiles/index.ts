import { demo } from "./demo";
import type { Profile } from "./profile";
import { upsignonPro } from "./upsignon-pro";

/** All products that strongroom knows, by the value of `strongroom:product`. */
export const profiles: Readonly<Record<string, Profile>> = Object.fromEntries(
  [demo, upsignonPro].map((profile) => [profile.name, profile]),
);
