// Package shim lets the bridge reach the Docker provider. The provider lives in an internal package,
// which Go opens only to modules whose path begins with the provider's own: hence this module's name.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the Terraform provider; version goes into its user agent.
func NewProvider(version string) *schema.Provider {
	return provider.New(version)()
}
