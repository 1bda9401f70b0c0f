import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./tls-key";

const key = (inputs: object) => resource("tls:index/privateKey:PrivateKey", { ...inputs });

cases(rule, {
  pass: {
    P256: key({ algorithm: "ECDSA", ecdsaCurve: "P256" }),
    P384: key({ algorithm: "ECDSA", ecdsaCurve: "P384" }),
    P521: key({ algorithm: "ecdsa", ecdsaCurve: "P521" }),
    ED25519: key({ algorithm: "ED25519" }),
    "RSA with 2048 bits": key({ algorithm: "RSA", rsaBits: 2048 }),
    "RSA with the provider's default": key({ algorithm: "RSA" }),
  },
  fail: {
    "RSA with 2047 bits": [key({ algorithm: "RSA", rsaBits: 2047 }), "`rsaBits`"],
    P224: [key({ algorithm: "ECDSA", ecdsaCurve: "P224" }), "`ecdsaCurve`"],
    "the provider's default curve": [key({ algorithm: "ECDSA" }), "`ecdsaCurve`"],
    "another algorithm": [key({ algorithm: "DSA" }), "`algorithm`"],
    none: key({}),
  },
  unknown: { algorithm: key({ algorithm: UNKNOWN }), rsaBits: key({ algorithm: "RSA", rsaBits: UNKNOWN }) },
});
