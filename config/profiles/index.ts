import { demo } from "./demo";
import type { Profile } from "./profile";

/** All products that strongroom knows, by the value of `strongroom:product`. */
export const profiles: Readonly<Record<string, Profile>> = Object.fromEntries(
  [demo].map((profile) => [profile.name, profile]),
);
