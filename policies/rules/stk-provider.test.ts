import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./stk-provider";

const provider = (inputs: object) => resource("pulumi:providers:docker", { ...inputs });

cases(rule, {
  pass: {
    "this machine": provider({ host: "unix:///var/run/docker.sock" }),
    "over ssh": provider({
      host: "ssh://deploy@vault-1.example.com",
      sshOpts: '["-o","StrictHostKeyChecking=yes"]',
    }),
    "TCP with a folder of certificates": provider({ host: "tcp://10.0.0.1:2376", certPath: "/c" }),
    "TCP with a certificate": provider({ host: "tcp://10.0.0.1:2376", certMaterial: "x" }),
    "another provider": resource("pulumi:providers:tls"),
  },
  fail: {
    "left out": [provider({}), "the environment chooses"],
    TCP: [provider({ host: "tcp://10.0.0.1:2375" }), "without TLS"],
    HTTP: [provider({ host: "http://10.0.0.1:2375" }), "neither unix:// nor ssh://"],
    "a scheme that begins alike": provider({ host: "unixes:///x" }),
    "a scheme behind another": provider({ host: "npipe://ssh://x" }),
    context: [provider({ host: "unix:///x", context: "prod" }), "`context`"],
    "any host's key": [
      provider({ host: "ssh://a@b", sshOpts: '["-o","StrictHostKeyChecking=no"]' }),
      "any host's key",
    ],
    "any new host's key": provider({ host: "ssh://a@b", sshOpts: '["-oStrictHostKeyChecking=accept-new"]' }),
    "written with a blank": provider({ host: "ssh://a@b", sshOpts: '["-o stricthostkeychecking off"]' }),
    "no known hosts": provider({ host: "ssh://a@b", sshOpts: '["-o","UserKnownHostsFile=/dev/null"]' }),
  },
  unknown: { host: provider({ host: UNKNOWN }), sshOpts: provider({ host: "ssh://a@b", sshOpts: UNKNOWN }) },
});
