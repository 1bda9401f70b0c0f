/* eslint-disable @typescript-eslint/no-require-imports -- it stands in the way of require */
const Module = require("node:module");

// Of the SDK for programs the one for policies needs the classes of files, outputs and four marks
// (sdk/nodejs/runtime/rpc.ts); all of it would be most of the pack's start.
const instead = {
  "@pulumi/pulumi": {
    get asset() {
      return require("@pulumi/pulumi/asset");
    },
    get Output() {
      return require("@pulumi/pulumi/output").Output;
    },
  },
  "@pulumi/pulumi/runtime/rpc": {
    specialSigKey: "4dabf18193072939515e22adb298388d",
    specialAssetSig: "c44067f5952c0a294b673a41bacd8c17",
    specialArchiveSig: "0def7320c3a5731c473e5ecbe6d01bc7",
    specialSecretSig: "1b47061264138c4ac30d75fd1eb44270",
  },
};
const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const ofPolicies = /[\\/]@pulumi[\\/]policy[\\/][^\\/]+$/.test(parent?.filename ?? "");
  return (ofPolicies && instead[request]) || load.call(this, request, parent, ...rest);
};

// The SDK reads a resource's properties once for each policy, which is most of what a judgement takes. Rules only
// look at them, so one reading is enough for all.
const sdk = require("@pulumi/policy/deserialize");
const readings = new WeakMap();
const read = sdk.deserializeProperties;
sdk.deserializeProperties = (properties, proxySecrets) => {
  if (proxySecrets || !properties) return read(properties, proxySecrets);
  if (!readings.has(properties)) readings.set(properties, read(properties, proxySecrets));
  return readings.get(properties);
};

/** What stands in for the SDK for programs, by what is required. */
module.exports = { instead };
