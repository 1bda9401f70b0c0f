import { cases, update } from "../testing/cases";
import { rule } from "./chg-cert-in-place";

const at = (generation: number, fingerprints: unknown, path = "certificates.custom.vault") => ({
  customCertificates: { [path]: { generation, fingerprints } },
});
const first = at(1, ["AA", "CA"]);

cases(rule, {
  pass: {
    kept: { update: update([], { before: first, after: first }) },
    "none before": { update: update([], { after: first }) },
    "none any more": { update: update([], { before: first }) },
    "the next generation": { update: update([], { before: first, after: at(2, ["BB", "CA"]) }) },
    "the generation before": { update: update([], { before: at(2, ["BB", "CA"]), after: first }) },
    "another one under another key": {
      update: update([], { before: first, after: at(1, ["BB"], "certificates.custom.next") }),
    },
    "outputs of another form": {
      update: update([], { before: { customCertificates: { a: 5 } }, after: { customCertificates: [] } }),
    },
    "a program that failed": {
      update: { ...update([]), outputs: { before: first, after: undefined } },
    },
  },
  fail: {
    "another one": [
      { update: update([], { before: first, after: at(1, ["BB", "CA"]) }) },
      "certificates.custom.vault: certificate certificates.custom.vault would be changed in place, under its generation 1",
    ],
    "another intermediate": [
      { update: update([], { before: first, after: at(1, ["AA", "CB"]) }) },
      "would be changed in place",
    ],
    "fingerprints that nobody knows": [
      { update: update([], { before: first, after: at(1, undefined) }) },
      "would be changed in place",
    ],
  },
  unjudgeable: "certificates are literal in the configuration",
});
