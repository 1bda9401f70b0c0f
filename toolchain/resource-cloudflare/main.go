// Command pulumi-resource-cloudflare is a stand-in for Pulumi's cloudflare plugin: DNS records, as the
// official one has them, and an error for everything else.
package main

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
	"strongroom/toolchain/standin"
)

// version is set by the linker, from part.json.
var version = "0.0.0-dev"

// standIn names what this plugin stands in for.
var standIn = standin.Plugin{Name: "cloudflare", Has: "DnsRecord"}

func main() {
	standIn.Run(version, configurable(infer.Wrap(standIn.Unsupported(), infer.Options{
		Metadata:  schema.Metadata{Description: "Stand-in for the cloudflare plugin: DnsRecord"},
		Config:    infer.Config(&Config{}),
		Resources: []infer.InferredResource{infer.Resource(&DNSRecord{})},
	})))
}
