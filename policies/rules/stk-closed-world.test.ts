import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./stk-closed-world";

cases(rule, {
  pass: {
    ...Object.fromEntries(
      [
        "pulumi:pulumi:Stack",
        "pulumi:providers:docker",
        "pulumi:providers:tls",
        "pulumi:providers:cloudflare",
        "pulumi:providers:command",
        "strongroom:edge:Edge",
        "docker:index/container:Container",
        "docker:index/network:Network",
        "docker:index/volume:Volume",
        "docker:index/remoteImage:RemoteImage",
        "command:local:Command",
        "tls:index/privateKey:PrivateKey",
        "tls:index/certRequest:CertRequest",
        "tls:index/selfSignedCert:SelfSignedCert",
        "tls:index/locallySignedCert:LocallySignedCert",
        "cloudflare:index/dnsRecord:DnsRecord",
        "cloudflare:index/record:Record",
        "cloudflare:index/zoneSetting:ZoneSetting",
      ].map((type) => [type, resource(type)]),
    ),
    "a listed type": { settings: { types: ["acme:index:Widget"] }, of: resource("acme:index:Widget") },
  },
  fail: {
    ...Object.fromEntries(
      [
        "docker:index/plugin:Plugin",
        "docker:index/service:Service",
        "docker:index/image:Image",
        "command:remote:Command",
        "command:remote:CopyToRemote",
        "pulumi-nodejs:dynamic:Resource",
        "pulumi:pulumi:StackReference",
        "pulumi:providers:aws",
        "acme:index:Widget",
        "notstrongroom:edge:Edge",
      ].map((type) => [type, [resource(type, { all: UNKNOWN }), type] as const]),
    ),
    "a type like a listed one": {
      settings: { types: ["acme:index:Widget"] },
      of: resource("acme:index:Widget2"),
    },
  },
  unknown: "it goes by the type, which is always known",
});
