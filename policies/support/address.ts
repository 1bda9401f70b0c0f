import ipaddr from "ipaddr.js";

/** What an address is for (`loopback`, `private`, `unicast` …); undefined for anything that is no address. */
export function addressRange(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  // The library also reads octal and hexadecimal numbers, as the C library does: so does what binds.
  return ipaddr.isValid(bare) ? ipaddr.process(bare).range() : undefined;
}

export function isLoopback(text: string): boolean {
  return addressRange(text) === "loopback";
}
