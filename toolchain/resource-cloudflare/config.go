package main

import (
	"context"
	"errors"

	"github.com/cloudflare/cloudflare-go/v6/dns"
	"github.com/cloudflare/cloudflare-go/v6/option"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Config is the provider's configuration. The other ways to log in are declared only to be refused.
type Config struct {
	APIToken          *string `pulumi:"apiToken,optional" provider:"secret"`
	BaseURL           *string `pulumi:"baseUrl,optional"`
	APIKey            *string `pulumi:"apiKey,optional" provider:"secret"`
	APIUserServiceKey *string `pulumi:"apiUserServiceKey,optional" provider:"secret"`
	Email             *string `pulumi:"email,optional"`

	records *dns.RecordService
}

// Annotate names the environment variables that the official plugin reads.
func (c *Config) Annotate(a infer.Annotator) {
	a.SetDefault(&c.APIToken, nil, "CLOUDFLARE_API_TOKEN")
	a.SetDefault(&c.BaseURL, nil, "CLOUDFLARE_BASE_URL")
}

// Configure makes the client.
func (c *Config) Configure(context.Context) error {
	if c.APIKey != nil || c.APIUserServiceKey != nil || c.Email != nil {
		return errors.New("the stand-in for the cloudflare plugin logs in by apiToken only," +
			" not by apiKey, apiUserServiceKey or email: install the official plugin")
	}
	if c.APIToken == nil || *c.APIToken == "" {
		return errors.New("cloudflare: apiToken is not set")
	}
	options := []option.RequestOption{option.WithEnvironmentProduction(), option.WithAPIToken(*c.APIToken)}
	if c.BaseURL != nil && *c.BaseURL != "" {
		options = append(options, option.WithBaseURL(*c.BaseURL))
	}
	c.records = dns.NewRecordService(options...)
	return nil
}

// configurable lets the configuration change in place. The library's own answer is to replace the provider,
// and with it every record, when a token is rotated.
func configurable(provider p.Provider) p.Provider {
	diff := provider.DiffConfig
	provider.DiffConfig = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		resp, err := diff(ctx, req)
		for name, change := range resp.DetailedDiff {
			change.Kind = p.Update
			resp.DetailedDiff[name] = change
		}
		return resp, err
	}
	return provider
}
