// Command pulumi-resource-docker is the Docker resource plugin: Pulumi's Terraform bridge over
// kreuzwerker's provider, as the official plugin is, without the generated schema (the engine asks for a
// schema only when it generates SDKs) and without docker.Image, which no Terraform resource stands behind.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	bridgetokens "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

// version is set by the linker, from part.json.
var version = "0.0.0-dev"

func main() {
	tfbridge.Main("docker", version, provider(), []byte(fmt.Sprintf(`{"name":"docker","version":%q}`, version)))
}

// provider maps Terraform's names to the tokens and property names that npm's @pulumi/docker registers.
func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(shim.NewProvider(version)),
		Name:    "docker",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_config": {Tok: token("ServiceConfig")},
			"docker_image": {
				Tok:    token("RemoteImage"),
				Fields: map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}},
			},
			"docker_container": {
				Tok: token("Container"),
				// A container's published ports and its name can be held only once.
				DeleteBeforeReplace: true,
				Fields: map[string]*tfbridge.SchemaInfo{
					// Lists whose names stay in the singular.
					"command":           {Name: "command"},
					"networks_advanced": {Name: "networksAdvanced"},
				},
			},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_image": {Tok: tfbridge.MakeDataSource("docker", "index", "getRemoteImage")},
		},
	}
	info.MustComputeTokens(bridgetokens.SingleModule("docker_", "index", bridgetokens.MakeStandard("docker")))
	// A resource without a name of its own gets the Pulumi name and a random suffix.
	info.SetAutonaming(255, "-")
	return info
}

func token(name string) tokens.Type {
	return tfbridge.MakeResource("docker", "index", name)
}
