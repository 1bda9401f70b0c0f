import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./dns-caa";

const record = (inputs: object) => resource("cloudflare:index/dnsRecord:DnsRecord", { ...inputs });
const caa = (name: string) =>
  record({ type: "CAA", name, data: { flags: "0", tag: "issue", value: "letsencrypt.org" } });
const address = record({ type: "A", name: "vault.example.com" });

cases(rule, {
  pass: {
    "for the name": [address, caa("vault.example.com")],
    "for its parent": [address, caa("Example.com.")],
    "no address": [record({ type: "TXT", name: "vault.example.com" })],
    several: [address, caa("vault.example.com"), record({ type: "CNAME", name: "admin.vault.example.com" })],
  },
  fail: {
    none: [address],
    "for IPv6": [record({ type: "AAAA", name: "vault.example.com" })],
    "for an alias": [record({ type: "cname", name: "vault.example.com" })],
    "for another name": [address, caa("admin.example.com")],
    "for a name below": [address, caa("a.vault.example.com")],
    "for wildcards only": [address, record({ type: "CAA", name: "example.com", data: { tag: "issuewild" } })],
    "a text": [address, record({ type: "TXT", name: "example.com", data: { tag: "issue" } })],
  },
  unknown: {
    name: [record({ type: "A", name: UNKNOWN })],
    tag: [address, record({ type: "CAA", name: "example.com", data: { tag: UNKNOWN } })],
  },
});
