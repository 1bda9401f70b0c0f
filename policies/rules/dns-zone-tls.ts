import type { StackRule } from "../support/rule";
import type { Node } from "../support/stack";
import { TYPES } from "../support/types";

/** Settings of a zone that a proxied record needs, with what they may be. */
const REQUIRED: Record<string, (value: string) => boolean> = {
  ssl: (value) => ["strict", "origin_pull"].includes(value),
  min_tls_version: (value) => Number(value) >= 1.2,
};

export const rule: StackRule = {
  id: "dns-zone-tls",
  level: "mandatory",
  why: "Behind Cloudflare's proxy the way to the edge is verified only in the mode strict; all others accept any certificate, or none.",
  remedy: "Declare the zone's settings ssl = strict and min_tls_version = 1.2 or 1.3 in the program.",
  source: "strongroom; RFC 8996",
  checkStack(stack) {
    const declared = new Set<string>();
    stack.each(TYPES.zoneSetting, (setting) => {
      const id = setting.outputs.text("settingId") ?? "";
      if (!Object.hasOwn(REQUIRED, id)) return;
      if (!REQUIRED[id]!(setting.outputs.text("value") ?? ""))
        setting.report(`the zone's setting ${id} is too weak`);
      declared.add(`${zoneOf(setting)} ${id}`);
    });
    stack.each(TYPES.dnsRecord, (record) => {
      if (!record.outputs.flag("proxied")) return;
      for (const id of Object.keys(REQUIRED)) {
        if (!declared.has(`${zoneOf(record)} ${id}`))
          record.report(`is proxied, and its zone's setting ${id} is not declared`);
      }
    });
  },
};

function zoneOf({ outputs }: Node): string {
  return outputs.text("zoneId") ?? "";
}
