import { cases, container, SECRET, UNKNOWN } from "../testing/cases";
import { rule } from "./sec-env-url";

const env = (...envs: string[]) => container({ envs });

cases(rule, {
  pass: {
    "no environment": container(),
    "an address": env("URL=https://vault.example.com:8443/a?b=c:d@e"),
    "a user without a password": env("REPO=ssh://git@example.com/x"),
    "an address that a mail follows": env("TEXT=https://example.com, ask a@b.example"),
    "the edge's proxy": container({ envs: [`HTTPS_PROXY=http://u:${SECRET}@proxy:3128`] }, { role: "edge" }),
    "a service's proxy": container(
      { envs: [`HTTP_PROXY=http://u:${SECRET}@proxy:3128`] },
      { role: "service", service: "server" },
    ),
    "a certificate": env("CA=-----BEGIN CERTIFICATE-----"),
  },
  fail: {
    "a password in an address": [
      env("A=b", `DATABASE=postgres://vault:${SECRET}@database/vault`),
      "an address with a password in DATABASE",
    ],
    "without a name": env(`=postgres://vault:${SECRET}@database/vault`),
    "without a user": env(`REDIS=redis://:${SECRET}@cache:6379`),
    "in a connection string": env(`DSN=host=database password=${SECRET} user=x`),
    "at its end": env(`DSN=Server=x;Pwd=${SECRET}`),
    "the proxy elsewhere": container(
      { envs: [`HTTPS_PROXY=http://u:${SECRET}@proxy:3128`] },
      { role: "database" },
    ),
    "a private key": [env(`TLS=-----BEGIN EC PRIVATE KEY-----${SECRET}`), "a private key in TLS"],
    "a private key of the common form": env(`TLS=-----BEGIN PRIVATE KEY-----${SECRET}`),
  },
  unknown: { one: env(UNKNOWN), all: container({ envs: UNKNOWN }) },
});
