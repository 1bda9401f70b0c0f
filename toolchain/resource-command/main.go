// Command pulumi-resource-command is a stand-in for Pulumi's command plugin: command:local:Command as the
// official one behaves, and an error for everything else that the official one has.
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
	provider := infer.Wrap(unsupported(), infer.Options{
		Metadata:  schema.Metadata{Description: "Stand-in for the command plugin: command:local:Command"},
		Resources: []infer.InferredResource{infer.Resource(&Command{})},
	})
	if err := provider.Run(context.Background(), "command", version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// unsupported answers for every token that the provider around it does not have. It fails at Check, so
// that a preview already says it.
func unsupported() p.Provider {
	refuse := func(token string) error {
		return fmt.Errorf("%s is not supported by the stand-in for the command plugin, which has"+
			" command:local:Command only: install the official plugin", token)
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
