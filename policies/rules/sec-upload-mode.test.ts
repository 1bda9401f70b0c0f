import { cases, container, SECRET, UNKNOWN } from "../testing/cases";
import { rule } from "./sec-upload-mode";

const upload = (one: object) => container({ uploads: [one] });

cases(rule, {
  pass: {
    nothing: container(),
    "no key": upload({ file: "/etc/app.conf", content: "a=b" }),
    "0400": upload({ file: "/run/tls.key", permissions: "0400" }),
    "0440": upload({ file: "/run/tls.key", permissions: "440" }),
    "0600": upload({ file: "/run/tls.key", permissions: "0600" }),
  },
  fail: {
    "left out": [upload({ file: "/run/tls.key" }), "`uploads[0].permissions`"],
    "0644": upload({ file: "/run/tls.pem", permissions: "0644" }),
    "0404": upload({ file: "/run/store.p12", permissions: "0404" }),
    "other stores": upload({ file: "/run/store.PFX" }),
    "Java's store": upload({ file: "/run/store.jks" }),
    "a secret by its name": upload({ file: "/run/db_password" }),
    "a key by its content": upload({ file: "/run/tls", content: `-----BEGIN PRIVATE KEY-----${SECRET}` }),
    executable: [
      upload({ file: "/run/tls.key", permissions: "0400", executable: true }),
      "`uploads[0].executable`",
    ],
  },
  unknown: {
    permissions: upload({ file: "/run/tls.key", permissions: UNKNOWN }),
    content: upload({ file: "/run/x", content: UNKNOWN }),
    uploads: container({ uploads: UNKNOWN }),
  },
});
