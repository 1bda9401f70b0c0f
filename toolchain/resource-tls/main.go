// Command pulumi-resource-tls is a stand-in for Pulumi's tls plugin: the four resources that issue keys and
// certificates, as the official one has them, and an error for everything else.
package main

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"strongroom/toolchain/standin"
)

// version is set by the linker, from part.json.
var version = "0.0.0-dev"

// standIn names what this plugin stands in for.
var standIn = standin.Plugin{Name: "tls", Has: "PrivateKey, SelfSignedCert, CertRequest and LocallySignedCert"}

func main() {
	standIn.Run(version, withRenewal(infer.Wrap(standIn.Unsupported(), infer.Options{
		Metadata: schema.Metadata{Description: "Stand-in for the tls plugin"},
		Resources: []infer.InferredResource{
			infer.Resource(&PrivateKey{}),
			infer.Resource(&SelfSignedCert{}),
			infer.Resource(&CertRequest{}),
			infer.Resource(&LocallySignedCert{}),
		},
	})))
}

// setToken gives a resource the token that npm's @pulumi/tls registers: tls:index/privateKey:PrivateKey.
func setToken(a infer.Annotator, module, name string) {
	a.SetToken(tokens.ModuleName("index/"+module), tokens.TypeName(name))
}
