import { cases, container, SECRET, UNKNOWN } from "../testing/cases";
import { rule } from "./sec-in-argv";

const run = (...command: string[]) => container({ command });

cases(rule, {
  pass: {
    nothing: container(),
    "settings about passwords": run(
      "-c",
      "password_encryption=scram-sha-256",
      "--token.file=/run/t",
      "--password-file",
      "/run/p",
    ),
    "a variable": run("sh", "-c", 'PGPASSWORD="$(cat /run/p)" pg_dump --password=$P'),
    "a variable after its option": run("--password", "$P", "--token", "@/run/t"),
    "an option after an option": run("--password", "--verbose"),
    "Traefik's settings": run("--certificatesResolvers.acme.acme.email=a@b.example", "--ping=true"),
    "a switch with a telling name": run("--entryPoints.web.allowACMEByPass=true", "--no-pass=false"),
    "a health check": container({
      healthcheck: { tests: ["CMD", "node", "-e", 'fetch("http://127.0.0.1:3000/").then((r) => 0)'] },
    }),
    labels: container({
      labels: [
        { label: "strongroom.release", value: "a1b2c3" },
        { label: "token", value: "" },
      ],
    }),
  },
  fail: {
    "in a shell": [run("sh", "-c", `PGPASSWORD=${SECRET} pg_dump`), "`command[2]`"],
    "in quotes": run("sh", "-c", `export DB_PASS='${SECRET}'`),
    "as an option": run(`--password=${SECRET}`),
    "as an option that begins like a switch": run("--password=trueblue"),
    "as an option with one dash": run(`-token=${SECRET}`),
    "as a setting of a setting": run(`--acme.eab.clientSecret=${SECRET}`),
    "after its option": [run("--db-password", SECRET), "`command[1]`"],
    "in an address": run(`postgres://vault:${SECRET}@database/vault`),
    "in a header": run("curl", "-H", `Authorization: Bearer ${SECRET}`),
    "in a basic header": run("curl", "-H", `authorization: basic ${SECRET}`),
    "a private key": run(`-----BEGIN PRIVATE KEY-----${SECRET}`),
    "in the entry point": [
      container({ entrypoints: ["sh", "-c", `TOKEN=${SECRET} run`] }),
      "`entrypoints[2]`",
    ],
    "in the health check": [
      container({ healthcheck: { tests: ["CMD", `--token=${SECRET}`] } }),
      "`healthcheck.tests[1]`",
    ],
    "in a label": [
      container({
        labels: [
          { label: "a", value: "b" },
          { label: "api.token", value: SECRET },
        ],
      }),
      "`labels[1]`",
    ],
    "an address in a label": container({ labels: [{ label: "url", value: `https://u:${SECRET}@x` }] }),
  },
  unknown: {
    command: run(UNKNOWN),
    tests: container({ healthcheck: { tests: UNKNOWN } }),
    label: container({ labels: [{ label: "a", value: UNKNOWN }] }),
  },
});
