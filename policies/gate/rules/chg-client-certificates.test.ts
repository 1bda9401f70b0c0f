import { cases, update } from "../testing/cases";
import { rule } from "./chg-client-certificates";

const required = { mode: "required", truststore: "partners", generation: 1, authorities: ["AA", "BB"] };
const optional = { ...required, mode: "optional" };
const at = (given: object, name = "a.example.com") => ({ clientCertificates: { [name]: given } });
const b1 = { urls: { 0: "https://b.example.com" } };
const b = ["b.example.com"];

cases(rule, {
  pass: {
    kept: { update: update([], { before: at(required), after: at(required) }) },
    "none before": { update: update([], { after: at(required) }) },
    "required from now on": { update: update([], { before: at(optional), after: at(required) }) },
    "optional as before": { update: update([], { before: at(optional), after: at(optional) }) },
    "another generation": {
      update: update([], {
        before: at(required),
        after: at({ ...required, generation: 2, authorities: ["CC"] }),
      }),
    },
    "another truststore": {
      update: update([], {
        before: at(required),
        after: at({ ...required, truststore: "others", authorities: ["CC"] }),
      }),
    },
    "under another name as well": {
      update: update([], { then: b, before: at(required), after: at(required, "b.example.com") }),
    },
    "another service moved": {
      update: update([], {
        live: ["c.example.com"],
        then: b,
        before: at(required),
      }),
    },
    "a service gone": { update: update([], { then: [], before: at(required) }) },
    "names that are none": { update: update([], { before: { clientCertificates: 5 }, after: at(required) }) },
    "addresses that are none": {
      update: update([], {
        live: [],
        then: [],
        before: { ...at(required), urls: { server: "not known yet" } },
        after: { urls: { server: "not known yet" } },
      }),
    },
    "addresses of another form": {
      update: update([], {
        live: [],
        then: [],
        before: { ...at(required), urls: ["https://a.example.com"] },
        after: b1,
      }),
    },
    "no services": { update: update([], { live: [], then: [], before: { ...at(required), urls: 5 } }) },
    "a program that failed": {
      update: {
        ...update([]),
        outputs: { before: { ...update([]).outputs.before, ...at(required) }, after: undefined },
      },
    },
  },
  fail: {
    "turned off": [
      { update: update([], { before: at(required) }) },
      "a.example.com: clients of a.example.com would be asked for no certificate any more",
    ],
    "turned off where it was optional": [
      { update: update([], { before: at(optional) }) },
      "clients of a.example.com would be asked for no certificate any more",
    ],
    "no longer required": [
      { update: update([], { before: at(required), after: at(optional) }) },
      "a.example.com: clients of a.example.com without a certificate would be let in",
    ],
    "lost with the name": [
      { update: update([], { then: b, before: at(required) }) },
      "clients of b.example.com would be asked for no certificate any more",
    ],
    "kept of one of two services that meet under a name": [
      {
        update: update([], {
          live: ["a.example.com", "c.example.com"],
          then: ["b.example.com", "b.example.com"],
          before: {
            clientCertificates: { "a.example.com": required, "c.example.com": optional },
          },
          after: at(optional, "b.example.com"),
        }),
      },
      "clients of b.example.com without a certificate would be let in",
    ],
    "taken over by a service that had one for itself": [
      {
        update: update([], {
          live: ["b.example.com", "a.example.com"],
          then: ["b.example.com", "b.example.com"],
          before: {
            clientCertificates: { "a.example.com": optional, "b.example.com": required },
          },
          after: at(optional, "b.example.com"),
        }),
      },
      "clients of b.example.com without a certificate would be let in",
    ],
    "lost by two services of one name": [
      {
        update: update([], {
          live: ["a.example.com", "a.example.com"],
          then: ["b.example.com", "b.example.com"],
          before: at(required),
        }),
      },
      "clients of b.example.com would be asked for no certificate any more",
    ],
    "changed in place": [
      { update: update([], { before: at(required), after: at({ ...required, authorities: ["AA"] }) }) },
      "a.example.com: truststore partners of a.example.com would be changed in place, under its generation 1",
    ],
    "authorities that nobody knows": [
      { update: update([], { before: at(required), after: at({ ...required, authorities: "AA,BB" }) }) },
      "would be changed in place",
    ],
  },
  unjudgeable: "what clients are asked for is literal in the configuration",
});
