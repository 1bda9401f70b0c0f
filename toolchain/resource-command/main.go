// Command pulumi-resource-command is a stand-in for Pulumi's command plugin: command:local:Command as the
// official one behaves, and an error for everything else that the official one has.
package main

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
	"strongroom/toolchain/standin"
)

// version is set by the linker, from part.json.
var version = "0.0.0-dev"

// standIn names what this plugin stands in for.
var standIn = standin.Plugin{Name: "command", Has: "command:local:Command"}

func main() {
	standIn.Run(version, infer.Wrap(standIn.Unsupported(), infer.Options{
		Metadata:  schema.Metadata{Description: "Stand-in for the command plugin: command:local:Command"},
		Resources: []infer.InferredResource{infer.Resource(&Command{})},
	}))
}
