package main

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// CertRequest makes a certificate signing request.
type CertRequest struct{}

// Annotate sets the token.
func (r *CertRequest) Annotate(a infer.Annotator) { setToken(a, "certRequest", "CertRequest") }

// CertRequestInputs are the arguments of tls.CertRequest.
type CertRequestInputs struct {
	Names
	PrivateKeyPem string `pulumi:"privateKeyPem" provider:"secret"`
}

// CertRequestState is the request.
type CertRequestState struct {
	CertRequestInputs
	CertRequestPem string `pulumi:"certRequestPem"`
	KeyAlgorithm   string `pulumi:"keyAlgorithm"`
}

// WireDependencies keeps the key secret.
func (r *CertRequest) WireDependencies(f infer.FieldSelector, _ *CertRequestInputs, state *CertRequestState) {
	f.OutputField(&state.PrivateKeyPem).AlwaysSecret()
}

// Create signs the request.
func (r *CertRequest) Create(
	_ context.Context, req infer.CreateRequest[CertRequestInputs],
) (infer.CreateResponse[CertRequestState], error) {
	state := CertRequestState{CertRequestInputs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[CertRequestState]{Output: state}, nil
	}
	fail := func(err error) (infer.CreateResponse[CertRequestState], error) {
		return infer.CreateResponse[CertRequestState]{}, err
	}
	key, algorithm, err := parseKey(req.Inputs.PrivateKeyPem)
	if err != nil {
		return fail(err)
	}
	names, err := req.Inputs.parse()
	if err != nil {
		return fail(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: names.subject, DNSNames: names.dns, IPAddresses: names.ips, URIs: names.uris,
	}, key)
	if err != nil {
		return fail(err)
	}
	state.KeyAlgorithm = algorithm
	state.CertRequestPem = encodePem("CERTIFICATE REQUEST", der)
	id := sha1.Sum([]byte(state.CertRequestPem))
	return infer.CreateResponse[CertRequestState]{ID: hex.EncodeToString(id[:]), Output: state}, nil
}
