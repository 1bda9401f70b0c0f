// Command pulumi-resource-tls is a stand-in for Pulumi's tls plugin: the four resources that issue keys and
// certificates, as the official one has them, and an error for everything else.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// version is set by the linker, from part.json.
var version = "0.0.0-dev"

func main() {
	provider := withRenewal(infer.Wrap(unsupported(), infer.Options{
		Metadata: schema.Metadata{Description: "Stand-in for the tls plugin"},
		Resources: []infer.InferredResource{
			infer.Resource(&PrivateKey{}),
			infer.Resource(&SelfSignedCert{}),
			infer.Resource(&CertRequest{}),
			infer.Resource(&LocallySignedCert{}),
		},
	}))
	if err := provider.Run(context.Background(), "tls", version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// setToken gives a resource the token that npm's @pulumi/tls registers: tls:index/privateKey:PrivateKey.
func setToken(a infer.Annotator, module, name string) {
	a.SetToken(tokens.ModuleName("index/"+module), tokens.TypeName(name))
}

// unsupported answers for every token that the provider around it does not have. It fails at Check, so
// that a preview already says it.
func unsupported() p.Provider {
	refuse := func(token string) error {
		return fmt.Errorf("%s is not supported by the stand-in for the tls plugin, which has PrivateKey,"+
			" SelfSignedCert, CertRequest and LocallySignedCert only: install the official plugin", token)
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
