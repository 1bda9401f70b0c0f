import { cases, OURS, container, SECRET, UNKNOWN } from "../testing/cases";
import { rule } from "./sec-env-literal";

const env = (...envs: string[]) => container({ envs });

cases(rule, {
  pass: {
    "no environment": container(),
    "a file": env("DB_PASSWORD_FILE=/run/secrets/password"),
    "about a secret": env(
      "TOKEN_TTL=3600",
      "PASSWORD_MIN_LENGTH=12",
      "SIGNING_KEYS_DIR=/keys",
      "OAUTH_TOKEN_URL=https://idp",
    ),
    "no value": env("DB_PASSWORD=", "DB_PASSWORD"),
    "names that hold such words": env(
      "BYPASS=1",
      "SECRETARY=x",
      "MONKEY=1",
      "PRIMARY_KEY=id",
      "POSTGRES_HOST_AUTH_METHOD=trust",
    ),
    "what the profile allows the service": container(
      { envs: [`SESSION_SECRET=${SECRET}`, `DB_PASS=${SECRET}`] },
      { role: "service", service: "server" },
    ),
    "what the site allows a role that has the label of a service": {
      settings: { allowed: { database: ["PGPASSWORD"] } },
      of: container({ envs: [`PGPASSWORD=${SECRET}`] }, { role: "database", service: "server" }),
    },
    "what the site allows all services": {
      settings: { allowed: { service: ["PGPASSWORD"] } },
      of: container({ envs: [`PGPASSWORD=${SECRET}`] }, { role: "service" }),
    },
    "what the site allows": {
      settings: { allowed: { database: ["PGPASSWORD"] } },
      of: container({ envs: [`PGPASSWORD=${SECRET}`] }, { role: "database" }),
    },
  },
  fail: {
    ...Object.fromEntries(
      [
        "DB_PASS",
        "PGPASSWORD",
        "POSTGRES_PASSWORD",
        "SMTP_PASSWD",
        "DB_PWD",
        "KEY_PASSPHRASE",
        "SESSION_SECRET",
        "dbPassword",
        "client-secret",
        "API_TOKEN",
        "AUTHTOKEN",
        "AWS_CREDENTIALS",
        "APIKEY",
        "STRIPE_API_KEY",
        "PRIVATE_KEY",
        "SIGNING_KEYS",
        "ACCESS_KEY",
        "SECRET_KEY_BASE",
        "ENCRYPTION_KEY",
        "MASTER_KEY",
        "SESSION_KEY",
        "AUTH_KEY",
        "LICENSE_KEY",
        "JWT_KEY",
        "apiKey",
        "CREDENTIAL",
        "TOKENS",
        "PASSWORDS",
        "SECRETS",
        "DBPASSWD",
        "PASSWD",
      ].map((name) => [name, [env("PORT=3000", `${name}=${SECRET}`), `a secret in ${name}`] as const]),
    ),
    "what the profile allows another service": container(
      { envs: [`SMTP_PASSWORD=${SECRET}`] },
      { role: "service", service: "dashboard" },
    ),
    "what the profile allows a service, without the role": container(
      { envs: [`DB_PASS=${SECRET}`] },
      { ...OURS, service: "server" },
    ),
    "what the profile allows a service, in the database": container(
      { envs: [`DB_PASS=${SECRET}`] },
      { role: "database", service: "server" },
    ),
    "with an equals sign in the value": env(`DB_PASS=${SECRET}=`),
  },
  unknown: {
    one: env("PORT=3000", UNKNOWN),
    all: container({ envs: UNKNOWN }),
    labels: container({ labels: UNKNOWN }, OURS),
  },
});
