import { addressRange } from "../support/address";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Ranges that nobody outside can reach, or that are no host's. */
const UNREACHABLE = [
  "broadcast",
  "carrierGradeNat",
  "linkLocal",
  "loopback",
  "multicast",
  "private",
  "uniqueLocal",
  "unspecified",
];

export const rule: ResourceRule = {
  id: "dns-private-ip",
  level: "mandatory",
  why: "A public record with a private address tells everybody what the network looks like, and lets a browser be led to whatever has that address where it is.",
  remedy: "Give the host's public address; names for the inside belong into the inside's own DNS.",
  source: "RFC 1918, 5; RFC 6303",
  types: [TYPES.dnsRecord],
  check({ inputs, report }) {
    const type = (inputs.text("type") ?? "").toUpperCase();
    const content = inputs.text("content") ?? "";
    if (type === "A" || type === "AAAA") {
      const range = addressRange(content);
      if (range === undefined) report("`content` is not an address");
      else if (UNREACHABLE.includes(range)) report(`\`content\` is an address that is not public: ${range}`);
    } else if (type === "CNAME" && /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(content)) {
      report("`content` is a name that is not public");
    }
  },
};
