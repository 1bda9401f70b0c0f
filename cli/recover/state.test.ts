import { expect, it } from "vitest";
import { withoutHosts } from "./state";

const urn = (type: string, name: string) => `urn:pulumi:prod::strongroom::${type}::${name}`;
const resource = (type: string, name: string, more: object = {}) => ({ urn: urn(type, name), type, ...more });
const network = urn("docker:index/network:Network", "n");
const key = urn("tls:index/privateKey:PrivateKey", "ca-key");

it("keeps what is on no host, with its secrets, and refers to nothing that is gone", () => {
  const deployment = {
    secrets_providers: { type: "passphrase" },
    pending_operations: [{}],
    resources: [
      resource("pulumi:pulumi:Stack", "strongroom-prod"),
      resource("pulumi:providers:docker", "local"),
      resource("docker:index/network:Network", "n", { protect: true }),
      resource("command:local:Command", "routes-apply"),
      resource("tls:index/privateKey:PrivateKey", "ca-key", { outputs: { secret: "ciphertext" } }),
      resource("tls:index/privateKey:PrivateKey", "old", { delete: true }),
      resource("tls:index/selfSignedCert:SelfSignedCert", "ca", {
        dependencies: [key, network],
        propertyDependencies: { privateKeyPem: [key], other: [network], none: null },
        deletedWith: network,
      }),
    ],
  };
  const kept = withoutHosts(JSON.stringify({ version: 3, deployment }));
  expect(kept).toEqual({
    version: 3,
    deployment: {
      secrets_providers: { type: "passphrase" },
      resources: [
        deployment.resources[0],
        deployment.resources[4],
        resource("tls:index/selfSignedCert:SelfSignedCert", "ca", {
          dependencies: [key],
          propertyDependencies: { privateKeyPem: [key], other: [], none: [] },
        }),
      ],
    },
  });
});
