import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./tls-san";

const request = (inputs: object) => resource("tls:index/certRequest:CertRequest", { ...inputs });
const own = (inputs: object) => resource("tls:index/selfSignedCert:SelfSignedCert", { ...inputs });

cases(rule, {
  pass: {
    "the name": request({ dnsNames: ["vault.example.com"], subject: { commonName: "Vault.Example.com" } }),
    "the name in capitals": request({
      dnsNames: ["Vault.example.com"],
      subject: { commonName: "vault.example.com" },
    }),
    "an address": request({ ipAddresses: ["203.0.113.10"] }),
    "a URI": request({ uris: ["spiffe://vault"] }),
    "a title as the common name": request({
      dnsNames: ["vault.example.com"],
      subject: { commonName: "The vault v1.2" },
    }),
    "an authority": own({ isCaCertificate: true, subject: { commonName: "ca.example.com" } }),
  },
  fail: {
    "the common name alone": [
      request({ subject: { commonName: "vault.example.com" } }),
      "no alternative name",
    ],
    nothing: own({}),
    "the common name is missing": [
      request({ dnsNames: ["admin.example.com"], subject: { commonName: "vault.example.com" } }),
      "`subject.commonName`",
    ],
  },
  unknown: {
    dnsNames: request({ dnsNames: [UNKNOWN] }),
    commonName: request({ dnsNames: ["a.example"], subject: { commonName: UNKNOWN } }),
  },
});
