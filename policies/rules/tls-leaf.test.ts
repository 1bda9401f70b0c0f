import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./tls-leaf";

const leaf = (inputs: object) => resource("tls:index/locallySignedCert:LocallySignedCert", { ...inputs });
const own = (inputs: object) => resource("tls:index/selfSignedCert:SelfSignedCert", { ...inputs });

cases(rule, {
  pass: {
    "a server's": leaf({ allowedUses: ["digital_signature", "server_auth"] }),
    "a client's": leaf({ allowedUses: ["client_auth"] }),
    "for any use": leaf({ allowedUses: ["any_extended"] }),
    "signed by itself": own({ allowedUses: ["server_auth"] }),
    "an authority": own({ isCaCertificate: true, allowedUses: ["cert_signing", "crl_signing"] }),
  },
  fail: {
    "an authority by another": [
      leaf({ isCaCertificate: true, allowedUses: ["cert_signing"] }),
      "`isCaCertificate`",
    ],
    "an authority that serves": [
      own({ isCaCertificate: true, allowedUses: ["cert_signing", "server_auth"] }),
      "lets an authority serve",
    ],
    "without a use": [leaf({}), "`allowedUses`"],
    "for another use": own({ allowedUses: ["code_signing"] }),
  },
  unknown: {
    allowedUses: leaf({ allowedUses: ["server_auth", UNKNOWN] }),
    isCaCertificate: leaf({ isCaCertificate: UNKNOWN }),
  },
});
