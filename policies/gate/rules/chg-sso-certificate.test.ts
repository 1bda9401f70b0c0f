import { cases, update } from "../testing/cases";
import { rule } from "./chg-sso-certificate";

const named = (fingerprint: string) => ({ certificate: `sp-${fingerprint}`, fingerprint });
const sso = (inUse: string, announced?: string, service = "server") => ({
  ssoCertificates: {
    [service]: { inUse: named(inUse), ...(announced ? { announced: named(announced) } : {}) },
  },
});

cases(rule, {
  pass: {
    kept: { update: update([], { before: sso("AA"), after: sso("AA") }) },
    "the first one": { update: update([], { after: sso("AA") }) },
    "none any more": { update: update([], { before: sso("AA") }) },
    announced: { update: update([], { before: sso("AA"), after: sso("AA", "BB") }) },
    "the announced one": { update: update([], { before: sso("AA", "BB"), after: sso("BB") }) },
    "the same under another name": {
      update: update([], {
        before: sso("AA"),
        after: { ssoCertificates: { server: { inUse: { certificate: "other", fingerprint: "AA" } } } },
      }),
    },
    "another service's": {
      update: update([], { before: sso("AA"), after: sso("BB", undefined, "dashboard") }),
    },
    "outputs of another form": {
      update: update([], {
        before: {
          ssoCertificates: { server: { inUse: { certificate: "a" } }, dashboard: { inUse: 5 }, api: null },
        },
        after: {
          ssoCertificates: {
            ...sso("BB").ssoCertificates,
            ...sso("BB", undefined, "dashboard").ssoCertificates,
          },
        },
      }),
    },
    "a program that failed": { update: { ...update([]), outputs: { before: sso("AA"), after: undefined } } },
  },
  fail: {
    "not announced": [
      { update: update([], { before: sso("AA"), after: sso("BB") }) },
      "server: server would show its identity provider sp-BB (BB), which was not announced",
    ],
    "another than the announced one": [
      { update: update([], { before: sso("AA", "BB"), after: sso("CC") }) },
      "sp-CC (CC), which was not announced",
    ],
    "announced by the same change": [
      { update: update([], { before: sso("AA"), after: sso("BB", "BB") }) },
      "which was not announced",
    ],
    "the old one again": [
      { update: update([], { before: sso("BB"), after: sso("AA") }) },
      "sp-AA (AA), which was not announced",
    ],
  },
  unjudgeable: "certificates are literal in the configuration",
});
