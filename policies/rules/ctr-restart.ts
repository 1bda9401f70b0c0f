import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** The benchmark's number of attempts. */
const MAX_RETRIES = 5;

export const rule: ResourceRule = {
  id: "ctr-restart",
  level: "mandatory",
  why: "A service that is not restarted stays down after a crash or a reboot; one that is restarted without end hides that it never runs.",
  remedy: "Set `restart` to unless-stopped, or to on-failure with `maxRetryCount` up to 5.",
  source: "CIS Docker 1.6, 5.15",
  types: [TYPES.container],
  check({ inputs, report }) {
    const restart = inputs.text("restart") ?? "no";
    if (restart === "on-failure") {
      const retries = inputs.number("maxRetryCount") ?? 0;
      if (retries < 1 || retries > MAX_RETRIES)
        report("`maxRetryCount` does not end the attempts after 5 or fewer");
    } else if (restart !== "unless-stopped" && restart !== "always") {
      report("`restart` is not set to a policy that brings the container back");
    }
  },
};
