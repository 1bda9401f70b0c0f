import { z } from "zod";
import { profiles } from "./profiles";
import { certificates } from "./schema/certificates";
import { secret } from "./schema/common";
import { database } from "./schema/database";
import { edge } from "./schema/edge";
import { hosts } from "./schema/hosts";
import { images } from "./schema/image";
import { backup, dns, maintenance, outboundProxy, smtp } from "./schema/operations";
import { services } from "./schema/service";
import { clientCertificates, truststores } from "./schema/truststores";

/**
 * Everything that `Pulumi.<stack>.yaml` may hold under `strongroom:`. The one description of the
 * configuration: the parser, the messages and the editors' JSON Schema all come from it.
 */
export const stackSchema = z.strictObject({
  product: z
    .enum(Object.keys(profiles))
    .describe("Product to run: the name of a profile, e.g. demo or upsignon-pro."),
  localBuilds: z
    .boolean()
    .default(false)
    .describe("Whether images may be built on this machine (`image: {build: …}`). Default: false."),
  stackKey: secret(
    "Key that generated secrets are derived from: 64 hex digits. Default: the stack's own key file.",
  ).optional(),
  strategy: z
    .enum(["rolling", "recreate"])
    .describe(
      "How a release takes the place of the one before: side by side, or one after the other behind a maintenance page. Default: what the product bears.",
    )
    .optional(),
  hosts,
  edge,
  services,
  database,
  certificates,
  truststores,
  clientCertificates,
  dns,
  backup: backup.optional(),
  smtp: smtp.optional(),
  outboundProxy: outboundProxy.optional(),
  maintenance,
  images,
});

/** The configuration as it was written, with defaults that do not depend on the profile. */
export type StackInput = z.infer<typeof stackSchema>;
