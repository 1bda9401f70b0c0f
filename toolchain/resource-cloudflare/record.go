package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cloudflare/cloudflare-go/v6/dns"
	"github.com/cloudflare/cloudflare-go/v6/option"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// DNSRecord is a record in a Cloudflare zone.
type DNSRecord struct{}

// Annotate gives the resource the token that npm's @pulumi/cloudflare registers.
func (d *DNSRecord) Annotate(a infer.Annotator) { a.SetToken("index/dnsRecord", "DnsRecord") }

// Inputs are the arguments of cloudflare.DnsRecord; the JSON names are those of Cloudflare's API.
type Inputs struct {
	ZoneID   string    `pulumi:"zoneId" provider:"replaceOnChanges" json:"-"`
	Name     string    `pulumi:"name" json:"name"`
	Type     string    `pulumi:"type" json:"type"`
	TTL      float64   `pulumi:"ttl" json:"ttl"`
	Content  *string   `pulumi:"content,optional" json:"content,omitempty"`
	Comment  *string   `pulumi:"comment,optional" json:"comment,omitempty"`
	Priority *float64  `pulumi:"priority,optional" json:"priority,omitempty"`
	Proxied  *bool     `pulumi:"proxied,optional" json:"proxied,omitempty"`
	Tags     *[]string `pulumi:"tags,optional" json:"tags,omitempty"`
}

// State is what is recorded: the inputs and what Cloudflare adds.
type State struct {
	Inputs
	CreatedOn  string `pulumi:"createdOn"`
	ModifiedOn string `pulumi:"modifiedOn"`
	Proxiable  bool   `pulumi:"proxiable"`
}

// Check refuses what this stand-in does not do.
func (d *DNSRecord) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[Inputs], error) {
	in, failures, err := infer.DefaultCheck[Inputs](ctx, req.NewInputs)
	failures = append(failures,
		standIn.Refuse(req.NewInputs, "data", "settings", "includeShadowMetadata", "privateRouting")...)
	return infer.CheckResponse[Inputs]{Inputs: in, Failures: failures}, err
}

// Create makes the record.
func (d *DNSRecord) Create(
	ctx context.Context, req infer.CreateRequest[Inputs],
) (infer.CreateResponse[State], error) {
	if req.DryRun {
		return infer.CreateResponse[State]{Output: State{Inputs: req.Inputs}}, nil
	}
	body, err := requestBody(req.Inputs)
	if err != nil {
		return infer.CreateResponse[State]{}, err
	}
	params := dns.RecordNewParams{}
	params.ZoneID.Value = req.Inputs.ZoneID
	record, err := records(ctx).New(ctx, params, body)
	if err != nil {
		return infer.CreateResponse[State]{}, err
	}
	return infer.CreateResponse[State]{ID: record.ID, Output: state(req.Inputs, record)}, nil
}

// Update overwrites the record in place.
func (d *DNSRecord) Update(
	ctx context.Context, req infer.UpdateRequest[Inputs, State],
) (infer.UpdateResponse[State], error) {
	if req.DryRun {
		out := req.State
		out.Inputs = req.Inputs
		return infer.UpdateResponse[State]{Output: out}, nil
	}
	body, err := requestBody(req.Inputs)
	if err != nil {
		return infer.UpdateResponse[State]{}, err
	}
	params := dns.RecordUpdateParams{}
	params.ZoneID.Value = req.Inputs.ZoneID
	record, err := records(ctx).Update(ctx, req.ID, params, body)
	if err != nil {
		return infer.UpdateResponse[State]{}, err
	}
	return infer.UpdateResponse[State]{Output: state(req.Inputs, record)}, nil
}

// Read serves refresh, and import by `ZONE_ID/RECORD_ID`. A record that is gone has no id.
func (d *DNSRecord) Read(
	ctx context.Context, req infer.ReadRequest[Inputs, State],
) (infer.ReadResponse[Inputs, State], error) {
	zone, id, importing := strings.Cut(req.ID, "/")
	if !importing {
		zone, id = req.State.ZoneID, req.ID
	}
	if zone == "" {
		return infer.ReadResponse[Inputs, State]{}, fmt.Errorf("%q: import a record by ZONE_ID/RECORD_ID", req.ID)
	}
	params := dns.RecordGetParams{}
	params.ZoneID.Value = zone
	record, err := records(ctx).Get(ctx, id, params)
	if isGone(err) {
		return infer.ReadResponse[Inputs, State]{}, nil
	}
	if err != nil {
		return infer.ReadResponse[Inputs, State]{}, err
	}
	in := remoteInputs(zone, record)
	if !importing {
		in = keepUnset(in, req.Inputs)
	}
	return infer.ReadResponse[Inputs, State]{ID: id, Inputs: in, State: state(in, record)}, nil
}

// Delete removes the record; one that is gone already is no error.
func (d *DNSRecord) Delete(ctx context.Context, req infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	params := dns.RecordDeleteParams{}
	params.ZoneID.Value = req.State.ZoneID
	if _, err := records(ctx).Delete(ctx, req.ID, params); err != nil && !isGone(err) {
		return infer.DeleteResponse{}, err
	}
	return infer.DeleteResponse{}, nil
}

func records(ctx context.Context) *dns.RecordService {
	return infer.GetConfig[*Config](ctx).records
}

// requestBody is in as JSON. (The client's own body types differ by record type and method; they would all
// say the same.)
func requestBody(in Inputs) (option.RequestOption, error) {
	body, err := json.Marshal(in)
	return option.WithRequestBody("application/json", body), err
}

func isGone(err error) bool {
	var apiError *dns.Error
	return errors.As(err, &apiError) && apiError.StatusCode == http.StatusNotFound
}

func state(in Inputs, record *dns.RecordResponse) State {
	return State{
		Inputs:     in,
		CreatedOn:  record.CreatedOn.Format(time.RFC3339),
		ModifiedOn: record.ModifiedOn.Format(time.RFC3339),
		Proxiable:  record.Proxiable,
	}
}

// remoteInputs are the arguments that would make the record as Cloudflare has it.
func remoteInputs(zone string, record *dns.RecordResponse) Inputs {
	in := Inputs{
		ZoneID: zone, Name: record.Name, Type: string(record.Type), TTL: float64(record.TTL),
		Content: &record.Content, Proxied: &record.Proxied,
	}
	if record.Comment != "" {
		in.Comment = &record.Comment
	}
	if record.Priority != 0 {
		in.Priority = &record.Priority
	}
	if tags, ok := record.Tags.([]dns.RecordTags); ok && len(tags) > 0 {
		in.Tags = &tags
	}
	return in
}

// keepUnset takes back from remote what is not a change: defaults where the program says nothing, and names
// that Cloudflare completes with the zone's.
func keepUnset(remote, program Inputs) Inputs {
	if program.Name != "" && strings.HasPrefix(remote.Name, program.Name+".") {
		remote.Name = program.Name
	}
	if program.Proxied == nil && !*remote.Proxied {
		remote.Proxied = nil
	}
	if program.Content == nil && *remote.Content == "" {
		remote.Content = nil
	}
	return remote
}
