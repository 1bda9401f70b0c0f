import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ing-traefik";

const run = (...command: string[]) => container({ command });
const labels = (all: Record<string, string>) =>
  container({ labels: Object.entries(all).map(([label, value]) => ({ label, value })) });

cases(rule, {
  pass: {
    nothing: container(),
    "the stack's arguments": run(
      "--providers.file.watch=true",
      "--ping=true",
      "--entryPoints.web.address=:8080",
      "-c",
      "password_encryption=x",
    ),
    "switched off": run("--api.insecure=false", "--serversTransport.insecureSkipVerify=false"),
    "other settings": run("--api.insecurely=true", "--providers.dockerish=true"),
    "an allow-list": labels({
      "traefik.http.middlewares.office.ipallowlist.sourcerange": "198.51.100.0/24,10.0.0.0/8",
    }),
    "a router with TLS": labels({
      "traefik.http.routers.a.rule": "Host(`a`)",
      "traefik.http.routers.a.tls": "true",
    }),
    "a router with TLS first": labels({
      "traefik.http.routers.a.tls.certresolver": "x",
      "traefik.http.routers.a.rule": "Host(`a`)",
    }),
    "other variables": container({ envs: ["API_INSECURE=true", "TRAEFIK2API_INSECURE=true"] }),
  },
  fail: {
    "api.insecure": [run("--ping=true", "--api.insecure"), "`command[1]` opens the dashboard"],
    "api.insecure with a value": run("--api.insecure=TRUE"),
    "in capitals": run("--API.Insecure=true"),
    "with one dash": run("-api.insecure=true"),
    "in the environment": [container({ envs: ["TRAEFIK_API_INSECURE=true"] }), "`envs TRAEFIK_API_INSECURE`"],
    "Docker's routes": [run("--providers.docker"), "Docker's socket"],
    "Docker's routes, by a setting": run("--providers.docker.exposedByDefault=false"),
    "no verification": [run("--serversTransport.insecureSkipVerify=true"), "does not verify"],
    "no verification for TCP": run("--tcpServersTransport.tls.insecureSkipVerify=true"),
    ...Object.fromEntries(
      ["0.0.0.0/0", "::/0", "10.0.0.0/8, 0.0.0.0/0", "::/0,10.0.0.0/8", "0/0"].map((list) => [
        list,
        [
          labels({ a: "b", "traefik.http.middlewares.x.ipAllowList.sourceRange": list }),
          "`labels[1]`",
        ] as const,
      ]),
    ),
    "the old name of the list": labels({ "traefik.http.middlewares.x.ipwhitelist.sourcerange": "0.0.0.0/0" }),
    "a router without TLS": [
      labels({
        "traefik.http.routers.a.tls": "true",
        "traefik.http.routers.b.rule": "Host(`b`)",
        "traefik.http.routers.b.priority": "1",
      }),
      "router b",
    ],
  },
  unknown: {
    command: run(UNKNOWN),
    label: container({ labels: [{ label: UNKNOWN, value: "x" }] }),
    variable: container({ envs: [UNKNOWN] }),
  },
});
