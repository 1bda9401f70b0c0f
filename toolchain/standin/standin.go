// Package standin is what the stand-ins for official plugins have in common.
package standin

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Plugin is a stand-in: the official plugin's name, and the resources that it has of that plugin's.
type Plugin struct{ Name, Has string }

// Run serves provider until the engine is done with it.
func (s Plugin) Run(version string, provider p.Provider) {
	if err := unknownIsChanged(provider).Run(context.Background(), s.Name, version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Unsupported is the provider to wrap: it answers, with an error, for every token that the provider around
// it does not have. It fails at Check, so that a preview already says it.
func (s Plugin) Unsupported() p.Provider {
	refuse := func(token string) error {
		return fmt.Errorf("%s is %s, which has %s only", token, s.reason(), s.Has)
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

// Refuse returns a failure for each of names that inputs has, so that nothing asked for is dropped in silence.
func (s Plugin) Refuse(inputs property.Map, names ...string) []p.CheckFailure {
	var failures []p.CheckFailure
	for _, name := range names {
		if _, set := inputs.GetOk(name); set {
			failures = append(failures, p.CheckFailure{Property: name, Reason: s.reason()})
		}
	}
	return failures
}

func (s Plugin) reason() string {
	return fmt.Sprintf("not supported by the stand-in for the %s plugin (install the official plugin)", s.Name)
}

// unknownIsChanged makes a preview count every input that is not known yet as changed. The library's own
// diff takes one that is secret as well for unchanged, and the preview would not show what the apply does.
func unknownIsChanged(provider p.Provider) p.Provider {
	diff := provider.Diff
	provider.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		req.Inputs = plainUnknowns(property.New(req.Inputs)).AsMap()
		return diff(ctx, req)
	}
	return provider
}

// plainUnknowns is v with its unknown parts stripped of all that is said of them.
func plainUnknowns(v property.Value) property.Value {
	switch {
	case v.IsComputed():
		return property.New(property.Computed)
	case v.IsMap():
		fields := map[string]property.Value{}
		for name, value := range v.AsMap().All {
			fields[name] = plainUnknowns(value)
		}
		return property.WithGoValue(v, fields)
	case v.IsArray():
		items := []property.Value{}
		for _, item := range v.AsArray().All {
			items = append(items, plainUnknowns(item))
		}
		return property.WithGoValue(v, items)
	default:
		return v
	}
}
