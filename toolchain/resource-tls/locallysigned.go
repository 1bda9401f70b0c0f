package main

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// LocallySignedCert issues a certificate for a request, signed by an authority whose key is at hand.
type LocallySignedCert struct{}

// Annotate sets the token.
func (c *LocallySignedCert) Annotate(a infer.Annotator) {
	setToken(a, "locallySignedCert", "LocallySignedCert")
}

// LocallySignedCertInputs are the arguments of tls.LocallySignedCert.
type LocallySignedCertInputs struct {
	CertInputs
	CertRequestPem  string `pulumi:"certRequestPem"`
	CaCertPem       string `pulumi:"caCertPem"`
	CaPrivateKeyPem string `pulumi:"caPrivateKeyPem" provider:"secret"`
}

// LocallySignedCertState is the certificate.
type LocallySignedCertState struct {
	LocallySignedCertInputs
	CertState
	CaKeyAlgorithm string `pulumi:"caKeyAlgorithm"`
}

// WireDependencies keeps the authority's key secret.
func (c *LocallySignedCert) WireDependencies(
	f infer.FieldSelector, _ *LocallySignedCertInputs, state *LocallySignedCertState,
) {
	f.OutputField(&state.CaPrivateKeyPem).AlwaysSecret()
}

// Create issues the certificate.
func (c *LocallySignedCert) Create(
	_ context.Context, req infer.CreateRequest[LocallySignedCertInputs],
) (infer.CreateResponse[LocallySignedCertState], error) {
	state := LocallySignedCertState{LocallySignedCertInputs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[LocallySignedCertState]{Output: state}, nil
	}
	id, err := state.issue()
	return infer.CreateResponse[LocallySignedCertState]{ID: id, Output: state}, err
}

func (s *LocallySignedCertState) issue() (id string, err error) {
	key, algorithm, err := parseKey(s.CaPrivateKeyPem)
	if err != nil {
		return "", err
	}
	der, err := decodePem("caCertPem", "CERTIFICATE", s.CaCertPem)
	if err != nil {
		return "", err
	}
	authority, err := x509.ParseCertificate(der)
	if err != nil {
		return "", fmt.Errorf("caCertPem: %w", err)
	}
	if der, err = decodePem("certRequestPem", "CERTIFICATE REQUEST", s.CertRequestPem); err != nil {
		return "", err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return "", fmt.Errorf("certRequestPem: %w", err)
	}
	if err := request.CheckSignature(); err != nil {
		return "", fmt.Errorf("certRequestPem: %w", err)
	}
	names := parsed{
		subject: request.Subject, dns: request.DNSNames, ips: request.IPAddresses, uris: request.URIs,
	}
	cert, err := template(s.CertInputs, names, request.PublicKey)
	if err != nil {
		return "", err
	}
	s.CaKeyAlgorithm = algorithm
	id, s.CertState, err = sign(cert, authority, request.PublicKey, key)
	return id, err
}
