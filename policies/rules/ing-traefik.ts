import { visitEnvironment } from "../support/environment";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Static settings of Traefik that are refused, in lower case: by the value, and why. */
const REFUSED: [setting: RegExp, value: RegExp, problem: string][] = [
  [/^api\.insecure$/, /^true$/, "opens the dashboard without a password"],
  [/^providers\.docker(\..*)?$/, /./, "reads routes from Docker's socket"],
  [
    /^(serverstransport|tcpserverstransport\.tls)\.insecureskipverify$/,
    /^true$/,
    "does not verify the services' certificates",
  ],
];

const EVERYBODY = /(^|,)\s*(0\.0\.0\.0\/0|::\/0|0\/0)\s*(,|$)/;

export const rule: ResourceRule = {
  id: "ing-traefik",
  level: "mandatory",
  why: "The edge faces the internet: an open dashboard, routes that any container can set, or a list that lets everybody in undo it.",
  remedy:
    "Leave the setting out; routes come from the stack's one file, with TLS and with allow-lists of real networks.",
  source: "Traefik documentation: API, security; strongroom",
  types: [TYPES.container],
  check({ inputs, report }) {
    const judge = (setting: string, value: string, field: string) => {
      for (const [name, bad, problem] of REFUSED) {
        if (name.test(setting.toLowerCase()) && bad.test(value.toLowerCase()))
          report(`\`${field}\` ${problem}`);
      }
    };
    inputs.texts("command", (word, path) => {
      const [, setting, value = "true"] = /^--?([^=]+)(?:=(.*))?$/.exec(word) ?? [];
      if (setting) judge(setting, value, path);
    });
    visitEnvironment(inputs, (name, value) => {
      if (name.startsWith("TRAEFIK_"))
        judge(name.slice("TRAEFIK_".length).replaceAll("_", "."), value, `envs ${name}`);
    });
    const routers = new Map<string, boolean>();
    inputs.each("labels", (entry, path) => {
      const label = (entry.text("label") ?? "").toLowerCase();
      const [, router, setting] = /^traefik\.http\.routers\.([^.]+)\.(\w+)/.exec(label) ?? [];
      if (router) routers.set(router, (routers.get(router) ?? false) || setting === "tls");
      if (/\.ip(allow|white)list\.sourcerange$/.test(label) && EVERYBODY.test(entry.text("value") ?? "")) {
        report(`\`${path}\` is an allow-list that lets everybody in`);
      }
    });
    for (const [router, tls] of routers) if (!tls) report(`the label for router ${router} has no tls`);
  },
};
