package main

import (
	"context"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// withRenewal adds what depends on the clock: a certificate whose renewal is due is replaced by the next
// preview or apply, also when nothing else changed. earlyRenewalHours says how long before its end that is;
// it is the one input that changes in place, because it is not in the certificate.
func withRenewal(provider p.Provider) p.Provider {
	wrapped := provider

	check := provider.Check
	wrapped.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := check(ctx, req)
		resp.Failures = append(resp.Failures, standIn.Refuse(req.Inputs, "privateKeyPemWo", "privateKeyPemWoVersion",
			"caPrivateKeyPemWo", "caPrivateKeyPemWoVersion")...)
		return resp, err
	}

	diff := provider.Diff
	wrapped.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		resp, err := diff(ctx, req)
		if err != nil {
			return resp, err
		}
		if change, changed := resp.DetailedDiff["earlyRenewalHours"]; changed {
			change.Kind = p.Update
			resp.DetailedDiff["earlyRenewalHours"] = change
		}
		if renewalDue(req.State, req.Inputs) {
			resp.HasChanges = true
			if resp.DetailedDiff == nil {
				resp.DetailedDiff = map[string]p.PropertyDiff{}
			}
			resp.DetailedDiff["readyForRenewal"] = p.PropertyDiff{Kind: p.UpdateReplace}
		}
		return resp, nil
	}

	wrapped.Update = func(_ context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		return p.UpdateResponse{
			Properties: req.State.Set("earlyRenewalHours", req.Inputs.Get("earlyRenewalHours")),
		}, nil
	}

	read := provider.Read
	wrapped.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		resp, err := read(ctx, req)
		if err == nil && renewalDue(resp.Properties, resp.Properties) {
			resp.Properties = resp.Properties.Set("readyForRenewal", property.New(true))
		}
		return resp, err
	}
	return wrapped
}

// renewalDue says whether the certificate in state is inside the renewal window that inputs ask for. A key
// or a request, which has no end, never is.
func renewalDue(state, inputs property.Map) bool {
	end := state.Get("validityEndTime")
	if !end.IsString() {
		return false
	}
	at, err := time.Parse(time.RFC3339, end.AsString())
	if err != nil {
		return false
	}
	if early := inputs.Get("earlyRenewalHours"); early.IsNumber() {
		at = at.Add(-time.Duration(early.AsNumber() * float64(time.Hour)))
	}
	return !time.Now().Before(at)
}
