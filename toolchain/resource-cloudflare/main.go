// Command pulumi-resource-cloudflare is a stand-in for Pulumi's cloudflare plugin: DNS records, as the
// official one has them, and an error for everything else.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
)

// version is set by the linker, from part.json.
var version = "0.0.0-dev"

func main() {
	provider := configurable(infer.Wrap(unsupported(), infer.Options{
		Metadata:  schema.Metadata{Description: "Stand-in for the cloudflare plugin: DnsRecord"},
		Config:    infer.Config(&Config{}),
		Resources: []infer.InferredResource{infer.Resource(&DNSRecord{})},
	}))
	if err := provider.Run(context.Background(), "cloudflare", version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// unsupported answers for every token that the provider around it does not have. It fails at Check, so
// that a preview already says it.
func unsupported() p.Provider {
	refuse := func(token string) error {
		return fmt.Errorf("%s is not supported by the stand-in for the cloudflare plugin, which has"+
			" DnsRecord only: install the official plugin", token)
	}
	return p.Provider{
		Check: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			return p.CheckResponse{}, refuse(string(req.Urn.Type()))
		},
		Invoke: func(_ context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
			return p.InvokeResponse{}, refuse(string(req.Token))
		},
	}
}
