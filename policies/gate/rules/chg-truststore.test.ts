import { cases, update } from "../testing/cases";
import { rule } from "./chg-truststore";

const policy = (...authorities: string[]) => ({
  clientCertificates: { "a.example.com": { mode: "required", truststore: "p", generation: 1, authorities } },
});

cases(rule, {
  pass: {
    kept: { update: update([], { before: policy("AA"), after: policy("AA") }) },
    "fewer of them": { update: update([], { before: policy("AA", "BB"), after: policy("BB") }) },
    "turned off": { update: update([], { before: policy("AA") }) },
    "turned on": { update: update([], { after: policy("AA") }) },
  },
  fail: {
    added: [
      { update: update([], { before: policy("AA"), after: policy("AA", "CC") }) },
      "test: clients of a.example.com with a certificate of 1 more authorities would be let in: CC",
    ],
    exchanged: [
      { update: update([], { before: policy("AA"), after: policy("CC", "DD") }) },
      "2 more authorities would be let in: CC, DD",
    ],
  },
  unjudgeable: "the authorities are literal in the configuration",
});
