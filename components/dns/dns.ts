import * as pulumi from "@pulumi/pulumi";
import type { DnsSettings } from "../../config/settings";
import { addressRecords } from "./records";

export interface DnsArgs {
  settings: DnsSettings;
  /** Domain to the public addresses of the host that serves it. */
  domains: Record<string, string[]>;
}

/** Address records of every domain, at Cloudflare; with any other `dns.provider` there is nothing to declare. */
export class Dns extends pulumi.ComponentResource {
  constructor(name: string, args: DnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:dns:Dns", name, {}, opts);
    const { settings } = args;
    if (settings.provider === "cloudflare" && settings.zoneId && settings.apiToken) {
      // A large package, which only such a stack has to wait for.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make all of this asynchronous
      const cloudflare = require("@pulumi/cloudflare") as typeof import("@pulumi/cloudflare");
      const provider = new cloudflare.Provider(
        `${name}-cloudflare`,
        { apiToken: pulumi.secret(settings.apiToken.reveal()) },
        { parent: this },
      );
      for (const record of addressRecords(args.domains)) {
        new cloudflare.DnsRecord(
          `${name}-${record.domain}-${record.index}`,
          {
            zoneId: settings.zoneId,
            // The full name: a short one or "@" differs from what the API reports at every preview.
            name: record.domain,
            type: record.type,
            content: record.address,
            ttl: settings.ttlSeconds,
          },
          { parent: this, provider, deleteBeforeReplace: true },
        );
      }
    }
    this.registerOutputs({});
  }
}
