import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./dns-zone-tls";

const record = (inputs: object) => resource("cloudflare:index/dnsRecord:DnsRecord", { ...inputs });
const setting = (settingId: string, value: string) =>
  resource("cloudflare:index/zoneSetting:ZoneSetting", { zoneId: "z", settingId, value });

cases(rule, {
  pass: {
    "not proxied": [record({ zoneId: "z" }), record({ zoneId: "z", proxied: false })],
    "proxied, and strict": [
      record({ zoneId: "z", proxied: true }),
      setting("ssl", "strict"),
      setting("min_tls_version", "1.2"),
    ],
    stricter: [setting("ssl", "origin_pull"), setting("min_tls_version", "1.3")],
    "another setting": [setting("brotli", "off")],
  },
  fail: {
    flexible: [[setting("ssl", "flexible")], "ssl is too weak"],
    full: [setting("ssl", "full")],
    "TLS 1.1": [[setting("min_tls_version", "1.1")], "min_tls_version is too weak"],
    "no version": [setting("min_tls_version", "")],
    "proxied, with nothing declared": [
      [record({ zoneId: "z", proxied: true })],
      "setting ssl is not declared",
    ],
    "proxied, with one declared": [
      [record({ zoneId: "z", proxied: true }), setting("ssl", "strict")],
      "min_tls_version is not declared",
    ],
    "proxied, with another zone's declared": [
      record({ zoneId: "other", proxied: true }),
      setting("ssl", "strict"),
      setting("min_tls_version", "1.2"),
    ],
  },
  unknown: { value: [setting("ssl", UNKNOWN)], proxied: [record({ zoneId: "z", proxied: UNKNOWN })] },
});
