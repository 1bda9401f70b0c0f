import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./sec-tls-off";

const env = (...envs: string[]) => container({ envs });

cases(rule, {
  pass: {
    "no environment": container(),
    "switched on": env(
      "NODE_TLS_REJECT_UNAUTHORIZED=1",
      "SMTP_ALLOW_INVALID_CRT=false",
      "PYTHONHTTPSVERIFY=1",
    ),
    "names that begin alike": env("NODE_TLS_REJECT_UNAUTHORIZED_X=0", "constructor=0"),
  },
  fail: {
    node: [env("A=b", "NODE_TLS_REJECT_UNAUTHORIZED=0"), "NODE_TLS_REJECT_UNAUTHORIZED"],
    "with blanks": env("NODE_TLS_REJECT_UNAUTHORIZED= 0 "),
    mail: env("SMTP_ALLOW_INVALID_CRT=TRUE"),
    "mail with a number": env("SMTP_ALLOW_INVALID_CRT=1"),
    "other mail": env("EMAIL_ALLOW_INVALID_CERTIFICATE=yes"),
    python: env("PYTHONHTTPSVERIFY=0"),
    git: env("GIT_SSL_NO_VERIFY=true"),
  },
  unknown: { one: env(UNKNOWN) },
});
