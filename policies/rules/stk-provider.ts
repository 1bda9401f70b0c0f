import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "stk-provider",
  level: "mandatory",
  why: "Whoever reaches a Docker endpoint is root on its host; one that is not named outright is whatever the caller's environment says.",
  remedy:
    "Give every Docker resource the provider of a host in the config, with `host` unix:///… or ssh://….",
  source: "CIS Docker 1.6, 2.7",
  types: [TYPES.dockerProvider],
  check({ inputs, report }) {
    const host = inputs.text("host") ?? "";
    if (host === "") report("`host` is not set, so the environment chooses the Docker host");
    else if (host.startsWith("tcp://")) {
      if (!inputs.has("certPath") && !inputs.has("certMaterial"))
        report("`host` is a TCP endpoint without TLS");
    } else if (!/^(unix|ssh):\/\//.test(host)) report("`host` is neither unix:// nor ssh://");
    if (inputs.has("context")) report("`context` is set, so a file of the caller chooses the Docker host");
    // Lists reach a provider as JSON text.
    if (
      /StrictHostKeyChecking\W*(no|off|accept-new)|UserKnownHostsFile\W*\/dev\/null/i.test(
        inputs.text("sshOpts") ?? "",
      )
    ) {
      report("`sshOpts` accepts any host's key");
    }
  },
};
