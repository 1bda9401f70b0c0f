import { TYPES } from "../../support/types";
import { answeredOf, domainsOf } from "../domains";
import { each, type GateRule } from "../rule";
import type { Side } from "../update";
import { field, number, text } from "../values";

const ADDRESSES = ["A", "AAAA", "CNAME"];
/** Longest time to live with which a record may be led elsewhere, seconds: the default of `dns.ttlSeconds`. */
const LONGEST_SECONDS = 300;

export const rule: GateRule = {
  id: "chg-dns-cutover",
  level: "mandatory",
  why: "Whoever has looked the name up goes on to the old address until the record's time to live is over.",
  remedy:
    "Apply `dns.ttlSeconds: 300` alone first, wait for as long as the old value says, and then change the address. Keep the old address answering meanwhile. For one that answers no more there is policies/exceptions.yaml.",
  source: "RFC 1034, 3.6; RFC 1912, 2.2",
  check({ changes, outputs }, report) {
    const live = [...domainsOf(outputs.before), ...answeredOf(outputs.after ?? {})];
    const records = changes.filter(({ type }) => type === TYPES.dnsRecord);
    const kept = new Set<string>();
    const named = new Set<string>();
    each(records, report, ({ after }) => {
      if (!after || !leadsToAddress(after)) return;
      kept.add(`${nameOf(after)} ${targetOf(after)}`);
      named.add(nameOf(after));
    });
    each(records, report, (change) => {
      const { before } = change;
      if (!before || !leadsToAddress(before)) return;
      const name = nameOf(before);
      // A name that loses its records altogether is another rule's.
      if (!live.includes(name) || !named.has(name) || kept.has(`${name} ${targetOf(before)}`)) return;
      const seconds = number(before.inputs, "ttl");
      if (seconds > LONGEST_SECONDS)
        report(
          change,
          `${name} would lead elsewhere, and caches keep the old address for up to ${seconds} s`,
        );
    });
  },
};

function leadsToAddress({ inputs }: Side): boolean {
  return ADDRESSES.includes(text(inputs, "type"));
}

function nameOf({ inputs }: Side): string {
  return text(inputs, "name");
}

/** Where a lookup leads: behind Cloudflare's proxy to the proxy, whatever the content. */
function targetOf({ inputs }: Side): string {
  return field(inputs, "proxied") === true ? "proxy" : text(inputs, "content");
}
